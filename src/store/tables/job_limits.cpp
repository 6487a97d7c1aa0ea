#include "store/tables/job_limits.h"

#include "store/record.h"

#include <algorithm>
#include <map>

namespace store {

void set_job_limit(Connection& connection, JobLimit const& limit)
{
    insert_record(connection, "job_limits", limit,
                  " ON CONFLICT (kind) DO UPDATE SET at_once_max = excluded.at_once_max, "
                  "starts_max = excluded.starts_max, period_ms = excluded.period_ms, updated_at = excluded.updated_at");
}

bool remove_job_limit(Connection& connection, std::string const& kind)
{
    return connection.query("DELETE FROM job_limits WHERE kind = $1", kind).changes == 1;
}

std::vector<JobLimit> list_job_limits(Connection& connection)
{
    return records<JobLimit>(connection.query("SELECT " + columns<JobLimit>() + " FROM job_limits ORDER BY kind"));
}

/// The limits of those kinds, locked.
static std::vector<JobLimit> locked_limits(Connection& connection, std::vector<std::string> const& kinds)
{
    auto limits = records<JobLimit>(connection.query(
        fmt::format("SELECT {} FROM job_limits ORDER BY kind{}", columns<JobLimit>(), connection.for_update())));
    std::erase_if(limits, [&](JobLimit const& limit) {
        return std::find(kinds.begin(), kinds.end(), limit.kind) == kinds.end();
    });
    return limits;
}

/// How many of the kind may start now; begins a new period where the last one is over.
static int room_of(Connection& connection, JobLimit& limit, base::Time now)
{
    auto room = std::numeric_limits<int>::max();
    if (limit.at_once_max) {
        auto const running =
            connection.query("SELECT count(*) FROM jobs WHERE kind = $1 AND state = 'running'", limit.kind);
        room = *limit.at_once_max - running[0].get<int>(0);
    }
    if (!limit.starts_max) return std::max(room, 0);
    auto const period = base::Milliseconds(std::max<std::int64_t>(limit.period_ms, 1));
    // A clock that was set back must not hold the kind up for longer than a period.
    if (now >= limit.period_at + period || now < limit.period_at) {
        limit.period_at = now;
        limit.used = 0;
    }
    return std::max(std::min(room, static_cast<int>(*limit.starts_max - limit.used)), 0);
}

std::vector<Job> claim_within_limits(Connection& connection, ClaimRequest request)
{
    if (connection.query("SELECT kind FROM job_limits LIMIT 1").empty()) return claim_jobs(connection, request);
    auto limits = locked_limits(connection, request.kinds);
    std::map<std::string, std::pair<JobLimit*, int>> rooms;
    for (auto& limit : limits) rooms[limit.kind] = {&limit, room_of(connection, limit, request.now)};
    auto const wanted = request.count;
    std::vector<Job> jobs;
    while (static_cast<int>(jobs.size()) < wanted) {
        // So few at a time that no kind can exceed its room: then all kinds may compete by priority.
        request.count = wanted - static_cast<int>(jobs.size());
        std::erase_if(request.kinds, [&](std::string const& kind) {
            auto const it = rooms.find(kind);
            if (it != rooms.end() && it->second.second > 0) request.count = std::min(request.count, it->second.second);
            return it != rooms.end() && it->second.second <= 0;
        });
        auto const some = claim_jobs(connection, request);
        if (some.empty()) break;
        for (auto const& job : some) {
            auto const it = rooms.find(job.kind);
            if (it == rooms.end()) continue;
            --it->second.second;
            ++it->second.first->used;
        }
        jobs.insert(jobs.end(), some.begin(), some.end());
    }
    for (auto const& limit : limits)
        if (limit.starts_max)
            connection.query("UPDATE job_limits SET period_at = $2, used = $3 WHERE kind = $1", limit.kind,
                             limit.period_at, limit.used);
    return jobs;
}

} // namespace store
