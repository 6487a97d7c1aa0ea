#pragma once
#include <string>
#include <string_view>

namespace api {

/// Where the next page of a list begins, as callers see it: opaque, so that what stands behind it may change.
std::string encode_cursor(std::string_view position);
/// "" for ""; InvalidInput for what encode_cursor did not write.
std::string decode_cursor(std::string_view cursor);

} // namespace api
