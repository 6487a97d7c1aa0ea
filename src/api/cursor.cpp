#include "api/cursor.h"

#include "base/error.h"
#include "base/text.h"

#include <sodium.h>

namespace api {

static constexpr std::string_view prefix = "1:"; // the version of what stands behind it
static constexpr std::size_t cursor_bytes_max = 400;

std::string encode_cursor(std::string_view position)
{
    auto const plain = std::string(prefix) + std::string(position);
    std::string out(sodium_base64_ENCODED_LEN(plain.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    ::sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(plain.data()), plain.size(),
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out.pop_back(); // the NUL that sodium adds
    return out;
}

std::string decode_cursor(std::string_view cursor)
{
    if (cursor.empty()) return {};
    std::string plain(cursor.size(), '\0');
    std::size_t length = 0;
    auto const fits =
        cursor.size() <= cursor_bytes_max &&
        ::sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), cursor.data(), cursor.size(),
                            nullptr, &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
    plain.resize(fits ? length : 0);
    if (!plain.starts_with(prefix) || !base::is_utf8(plain))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"send the next_cursor of the page before, or none"},
                   "cursor: '{}' is not one of ours", base::truncate_utf8(base::clean_utf8(cursor), 60));
    return plain.substr(prefix.size());
}

} // namespace api
