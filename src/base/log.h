#pragma once
#include "base/clock.h"
#include "base/json.h"

#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

namespace base {

enum class LogLevel { Debug, Info, Warning, Error, Off };
BOOST_DESCRIBE_ENUM(LogLevel, Debug, Info, Warning, Error, Off)

/// One field of a log line.
struct LogField {
    std::string_view name;
    std::variant<std::string, std::int64_t, double, bool> value;
};

/// One JSON line a unit of work: {"at", "level", "event": "job.done", ...fields}. Fields whose names speak of secrets
/// (key, token, password, secret, cookie, authorization) are written as "***"; so are credentials inside URLs.
/// Thread-safe; a line is one write.
class Log {
public:
    Log(Clock const& clock, LogLevel level, int fd = 2) : clock_(clock), level_(level), fd_(fd) {}
    using Fields = std::initializer_list<LogField>;
    void debug(std::string_view event, Fields fields = {}) { write(LogLevel::Debug, event, fields); }
    void info(std::string_view event, Fields fields = {}) { write(LogLevel::Info, event, fields); }
    void warning(std::string_view event, Fields fields = {}) { write(LogLevel::Warning, event, fields); }
    void error(std::string_view event, Fields fields = {}) { write(LogLevel::Error, event, fields); }

private:
    void write(LogLevel level, std::string_view event, Fields fields);

    Clock const& clock_;
    LogLevel level_;
    int fd_;
    std::mutex mutex_;
};

/// Hides user:password@ and the values of key-like query parameters, for logs and errors.
std::string redact_url(std::string_view url);

} // namespace base
