#include "api/cursor.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

namespace api {

static constexpr std::string_view prefix = "1:"; // the version of what stands behind it
static constexpr std::size_t cursor_bytes_max = 400;

std::string encode_cursor(std::string_view position)
{
    return base::base64url(std::string(prefix) + std::string(position));
}

std::string decode_cursor(std::string_view cursor)
{
    if (cursor.empty()) return {};
    auto const fits = cursor.size() <= cursor_bytes_max;
    auto const plain = fits ? base::from_base64url(cursor).value_or("") : "";
    if (!plain.starts_with(prefix) || !base::is_utf8(plain))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"send the next_cursor of the page before, or none"},
                   "cursor: '{}' is not one of ours", base::truncate_utf8(base::clean_utf8(cursor), 60));
    return plain.substr(prefix.size());
}

} // namespace api
