// Cron expressions come from users: any bytes are a rule or one clear error, and what a rule gives grows.
#include "calendar/cron.h"
#include "base/error.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string const text(reinterpret_cast<char const*>(data), size);
    try {
        calendar::Cron const rule(text);
        calendar::Local moment(std::chrono::seconds(1'767'225'600)); // 2026
        for (int i = 0; i < 20; ++i) {
            auto const next = rule.next(moment);
            if (!next) break;
            if (*next <= moment) std::abort();
            moment = *next;
        }
    } catch (base::Error const& error) {
        if (error.code != base::ErrorCode::InvalidInput) std::abort();
    }
    return 0;
}
