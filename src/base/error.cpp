#include "base/error.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace base {

static constexpr std::array<std::pair<ErrorCode, std::string_view>, 11> names{{
    {ErrorCode::InvalidInput, "invalid_input"},
    {ErrorCode::NotFound, "not_found"},
    {ErrorCode::Forbidden, "forbidden"},
    {ErrorCode::Conflict, "conflict"},
    {ErrorCode::Unavailable, "unavailable"},
    {ErrorCode::RateLimited, "rate_limited"},
    {ErrorCode::Timeout, "timeout"},
    {ErrorCode::Cancelled, "cancelled"},
    {ErrorCode::Upstream, "upstream"},
    {ErrorCode::Storage, "storage"},
    {ErrorCode::Internal, "internal"},
}};

std::string_view name(ErrorCode code)
{
    for (auto const& [value, text] : names)
        if (value == code) return text;
    return "internal";
}

ErrorCode error_code(std::string_view wanted)
{
    for (auto const& [value, text] : names)
        if (text == wanted) return value;
    return ErrorCode::Internal;
}

bool is_transient(ErrorCode code)
{
    return code == ErrorCode::RateLimited || code == ErrorCode::Timeout || code == ErrorCode::Upstream ||
           code == ErrorCode::Storage;
}

void fail_errno(int error_number, std::string_view action, std::string_view path)
{
    // strerrordesc_np is the thread-safe strerror of glibc.
    auto const* reason = ::strerrordesc_np(error_number);
    auto const text = fmt::format("cannot {} {}: {}", action, path, reason ? reason : "unknown error");
    switch (error_number) {
    case ENOENT: throw Error(ErrorCode::NotFound, text, "check the path");
    case EACCES:
    case EPERM: throw Error(ErrorCode::Storage, text, "give this user the right to it, or choose another place");
    case EROFS: throw Error(ErrorCode::Storage, text, "choose a folder that can be written to with --data or -o");
    case ENOSPC:
    case EDQUOT: throw Error(ErrorCode::Storage, text, "free some disk space and run it again");
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG: throw Error(ErrorCode::InvalidInput, text, "check the path");
    default: throw Error(ErrorCode::Storage, text);
    }
}

} // namespace base
