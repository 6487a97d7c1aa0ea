// Recurrence rules come from users: any bytes are a rule or one clear error, what a rule gives grows and is never
// before its start, and it is found in bounded time.
#include "calendar/rrule.h"
#include "base/error.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    static calendar::Zone const zone("Europe/Berlin");
    std::string const text(reinterpret_cast<char const*>(data), size);
    calendar::Local const start(std::chrono::seconds(1'767'225'600)); // 2026
    try {
        calendar::Rrule const rule(text, start, zone);
        auto moment = rule.start() - std::chrono::seconds(1);
        for (int i = 0; i < 5; ++i) {
            auto const next = rule.next(moment);
            if (!next) break;
            if (*next <= moment || *next < rule.start()) std::abort();
            moment = *next;
        }
    } catch (base::Error const& error) {
        if (error.code != base::ErrorCode::InvalidInput) std::abort();
    }
    return 0;
}
