#include "jobs/rescans.h"

#include "discovery/discovery.h"
#include "jobs/payloads.h"
#include "store/tables/niches.h"

namespace jobs {

static constexpr int rounds_max = 100;

/// The newest slot that has come: the one before the next.
static base::Time slot_of(store::Niche const& niche, base::Time now)
{
    return discovery::next_slot(niche.id, base::Milliseconds(niche.every_ms), now) - base::Milliseconds(niche.every_ms);
}

static bool still_runs(store::Connection& connection, store::Niche const& niche)
{
    if (!niche.scan_job_id) return false;
    auto const job = store::find_job(connection, *niche.scan_job_id);
    return job && !store::is_final(job->state);
}

static std::vector<Job> trigger_round(Queue& queue, store::Connection& connection, base::Time now, std::size_t& seen)
{
    std::vector<Job> jobs;
    auto const due = store::due_niches(connection, now, rescans_a_round);
    seen = due.size();
    for (auto niche : due) {
        if (!still_runs(connection, niche)) {
            auto const slot = slot_of(niche, now);
            JobRequest request;
            request.owner_id = niche.owner_id;
            request.kind = "rescan";
            request.payload = base::to_json(RescanPayload{niche.id, slot});
            request.idempotency_key = fmt::format("rescan:{}:{}", niche.id, slot.time_since_epoch().count());
            jobs.push_back(queue.enqueue_in(connection, request));
            niche.scan_job_id = jobs.back().id;
        }
        niche.next_scan_at = discovery::next_slot(niche.id, base::Milliseconds(niche.every_ms), now);
        niche.updated_at = now;
        store::update_niche(connection, niche);
    }
    return jobs;
}

int trigger_rescans(Queue& queue)
{
    auto const& parts = queue.parts();
    int total = 0;
    for (int round = 0; round < rounds_max; ++round) {
        auto const now = parts.clock.now();
        auto const due = parts.database.read( // nearly always none: looked at without the writer's lock
            [&](store::Connection& connection) { return store::any_niche_due(connection, now); });
        if (!due) break;
        std::size_t seen = 0;
        auto const jobs = parts.database.transaction(
            [&](store::Connection& connection) { return trigger_round(queue, connection, now, seen); });
        for (auto const& job : jobs) queue.ring(job);
        total += static_cast<int>(jobs.size());
        if (seen < static_cast<std::size_t>(rescans_a_round)) break;
    }
    return total;
}

} // namespace jobs
