#include "api/uploads/tus.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace api::tus {

using base::ErrorCode;
using base::fail;

std::int64_t read_number(std::string_view header, std::string_view text)
{
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || text.starts_with('-'))
        fail(ErrorCode::InvalidInput, "{}: '{}' is not a whole number", header,
             base::truncate_utf8(base::clean_utf8(text), 60));
    return value;
}

std::map<std::string, std::string> read_metadata(std::string_view text)
{
    if (text.size() > metadata_bytes_max)
        fail(ErrorCode::InvalidInput, "Upload-Metadata: {} bytes exceed the limit of {}", text.size(),
             metadata_bytes_max);
    std::map<std::string, std::string> out;
    if (base::trim(text).empty()) return out;
    for (auto const& part : base::split(text, ',')) {
        auto const pair = base::trim(part);
        auto const space = pair.find(' ');
        auto const name = pair.substr(0, space);
        auto const fine = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; });
        if (name.empty() || !fine) fail(ErrorCode::InvalidInput, "Upload-Metadata: a name is empty or not ASCII");
        auto const value = space == std::string_view::npos ? std::optional<std::string>("")
                                                           : base::from_base64(pair.substr(space + 1));
        if (!value || !base::is_utf8(*value))
            fail(ErrorCode::InvalidInput, "Upload-Metadata: {} is not text in base64", name);
        if (!out.emplace(name, *value).second) fail(ErrorCode::InvalidInput, "Upload-Metadata: {} stands twice", name);
        if (out.size() > metadata_pairs_max)
            fail(ErrorCode::InvalidInput, "Upload-Metadata: more than {} pairs", metadata_pairs_max);
    }
    return out;
}

std::string write_metadata(std::map<std::string, std::string> const& metadata)
{
    std::string out;
    for (auto const& [name, value] : metadata)
        out += (out.empty() ? "" : ",") + name + (value.empty() ? "" : " " + base::base64(value));
    return out;
}

Checksum read_checksum(std::string_view text)
{
    auto const space = text.find(' ');
    Checksum out;
    out.algorithm = std::string(text.substr(0, space));
    auto const size = out.algorithm == "sha1"     ? 20U
                      : out.algorithm == "sha256" ? 32U
                      : out.algorithm == "md5"    ? 16U
                                                  : 0U;
    if (size == 0)
        fail(ErrorCode::InvalidInput, "Upload-Checksum: '{}' is none of {}",
             base::truncate_utf8(base::clean_utf8(out.algorithm), 40), checksum_algorithms);
    auto digest = space == std::string_view::npos ? std::nullopt : base::from_base64(text.substr(space + 1));
    if (!digest || digest->size() != size)
        fail(ErrorCode::InvalidInput, "Upload-Checksum: not {} bytes in base64", size);
    out.digest = std::move(*digest);
    return out;
}

} // namespace api::tus
