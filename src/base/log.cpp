#include "base/log.h"

#include <array>
#include <unistd.h>

namespace base {

static bool is_secret(std::string_view name)
{
    static constexpr std::array<std::string_view, 8> hints{"key",    "token",  "password",      "secret",
                                                           "cookie", "apikey", "authorization", "signature"};
    auto const text = lower_ascii(name);
    for (auto const hint : hints)
        if (text == hint || text.ends_with("_" + std::string(hint)) || text.ends_with("-" + std::string(hint)))
            return true;
    return false;
}

std::string redact_url(std::string_view url)
{
    std::string out(url);
    auto const scheme = out.find("://");
    if (scheme == std::string::npos) return out;
    auto const host = scheme + 3;
    auto const host_end = std::min(out.find_first_of("/?#", host), out.size());
    if (auto const at = out.rfind('@', host_end); at != std::string::npos && at >= host)
        out.replace(host, at - host, "***");
    auto begin = out.find('?');
    while (begin != std::string::npos) {
        ++begin;
        auto const end = std::min(out.find('&', begin), out.size());
        auto const equals = out.find('=', begin);
        auto next = end;
        if (equals < end && is_secret(out.substr(begin, equals - begin))) {
            out.replace(equals + 1, end - equals - 1, "***");
            next = equals + 4;
        }
        begin = next < out.size() ? next : std::string::npos;
    }
    return out;
}

void Log::write(LogLevel level, std::string_view event, Fields fields)
{
    if (level < level_) return;
    std::string line = R"({"at":")" + format_time(clock_.now()) + R"(","level":")" + enum_text(level) + R"(","event":)";
    detail::put_string(line, event);
    for (auto const& field : fields) {
        line += ',';
        detail::put_string(line, field.name);
        line += ':';
        if (is_secret(field.name))
            line += "\"***\"";
        else if (auto const* text = std::get_if<std::string>(&field.value))
            detail::put_string(line, clean_utf8(redact_url(*text)));
        else
            std::visit([&](auto const& value) { put_json(line, value); }, field.value);
    }
    line += "}\n";
    std::scoped_lock const lock(mutex_);
    // A log that can't be written must not stop the work.
    [[maybe_unused]] auto const written = ::write(fd_, line.data(), line.size());
}

} // namespace base
