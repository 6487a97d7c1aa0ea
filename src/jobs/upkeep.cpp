#include "jobs/upkeep.h"

namespace jobs {

Trigger daily_upkeep(std::string owner_id)
{
    return [owner_id = std::move(owner_id), asked = std::string()](Queue& queue) mutable -> std::optional<base::Time> {
        auto const now = queue.parts().clock.now();
        auto const day = base::format_time(std::chrono::floor<std::chrono::days>(now)).substr(0, 10);
        if (day != asked) queue.enqueue({.owner_id = owner_id, .kind = "upkeep", .idempotency_key = "upkeep/" + day});
        asked = day;
        return std::nullopt;
    };
}

} // namespace jobs
