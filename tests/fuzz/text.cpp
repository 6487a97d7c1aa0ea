// Text from anywhere: what is cleaned is clean and stays as it is, what is cut is no longer than asked, and JSON that
// was read is written so that it can be read.
#include "base/text.h"
#include "base/error.h"
#include "base/json.h"
#include "base/markup.h"

#include <cstdint>
#include <cstdlib>

static void require(bool fine)
{
    if (!fine) std::abort();
}

static void read_json(std::string_view text)
{
    try {
        auto const value = base::parse_json(text, "input");
        auto const again = base::parse_json(base::json::serialize(value), "our own");
        require(again.kind() == value.kind()); // the last digits of a long number may differ: the parser's own rounding
        base::from_json<std::map<std::string, std::vector<std::optional<std::int64_t>>>>(value);
    } catch (base::Error const& error) {
        require(error.code == base::ErrorCode::InvalidInput);
    }
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const clean = base::clean_utf8(text);
    require(base::is_utf8(clean) && base::clean_utf8(clean) == clean);
    for (std::size_t const bytes : {0U, 1U, 3U, 20U}) {
        auto const cut = base::truncate_utf8(clean, bytes);
        require(cut.size() <= bytes && base::is_utf8(cut) && clean.starts_with(cut));
    }
    require(base::utf8_length(clean) <= clean.size());
    auto const slug = base::slug(text);
    require(!slug.empty() && slug.size() <= 60 &&
            slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
    require(base::escape_markup(text).find_first_of("<>\"'") == std::string::npos);
    require(base::is_utf8(base::strip_html(clean)));
    base::words_of(text);
    std::string quoted;
    base::put_json(quoted, clean);
    require(base::parse_json(quoted, "our own").as_string() == clean);
    read_json(text);
    return 0;
}
