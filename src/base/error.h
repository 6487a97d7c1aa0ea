#pragma once
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>

namespace base {

/// Why a unit of work (one request, one job, one command) could not finish.
enum class ErrorCode {
    InvalidInput, ///< the caller can mend it: names field, value and limit
    NotFound,
    Forbidden,
    Conflict,
    Unavailable, ///< not configured or not installed: names the setting that is missing
    RateLimited,
    Timeout,
    Cancelled,
    Upstream, ///< an outside service failed or answered nonsense
    Storage,  ///< disk full, read-only folder, database unreachable
    Internal,
};

/// What the reader can do about an error, printed in parentheses after it.
struct Next {
    std::string text;
};

struct Error : std::runtime_error {
    Error(ErrorCode error_code, std::string const& message, std::string next = {})
        : std::runtime_error(message), code(error_code), next_action(std::move(next))
    {
    }
    ErrorCode code;
    std::string next_action;
};

/// The code as it stands in JSON, logs and the API ("invalid_input").
std::string_view name(ErrorCode code);
/// The inverse of name(); an unknown text is Internal.
ErrorCode error_code(std::string_view name);
/// True where the same work may succeed later without anybody changing anything.
bool is_transient(ErrorCode code);

template <class... Args> [[noreturn]] void fail(ErrorCode code, fmt::format_string<Args...> text, Args&&... args)
{
    throw Error(code, fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail(ErrorCode code, Next next, fmt::format_string<Args...> text, Args&&... args)
{
    throw Error(code, fmt::format(text, std::forward<Args>(args)...), std::move(next.text));
}

/// Raises what errno says about a path: ENOSPC, EROFS and EACCES name the cure.
[[noreturn]] void fail_errno(int error_number, std::string_view action, std::string_view path);

} // namespace base
