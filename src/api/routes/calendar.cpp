#include "api/route.h"
#include "store/tables/jobs.h"
#include "store/tables/posts.h"
#include "store/tables/schedules.h"

namespace api::routes {

/// What stands in a calendar.
enum class CalendarEntryKind { Post, PlannedPost, Schedule, Scan };
BOOST_DESCRIBE_ENUM(CalendarEntryKind, Post, PlannedPost, Schedule, Scan)

struct CalendarEntry {
    base::Time at{};
    CalendarEntryKind what = CalendarEntryKind::Post;
    std::string id; ///< of the post, the job, the schedule, the niche
    std::string title;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(CalendarEntry, (), (at, what, id, title, state))

struct CalendarView {
    std::vector<CalendarEntry> items; ///< in order of time
};
BOOST_DESCRIBE_STRUCT(CalendarView, (), (items))

struct CalendarQuery {
    base::Time from{};
    base::Time to{};
};
BOOST_DESCRIBE_STRUCT(CalendarQuery, (), (from, to))
static std::vector<FieldRule> rules_of(CalendarQuery const*)
{
    return {{.name = "from", .help = "The first moment.", .required = true},
            {.name = "to", .help = "The moment after the last; at most a year later.", .required = true}};
}

static constexpr base::Milliseconds range_max{366LL * 24 * 3600'000};
static constexpr int rows_max = 200; ///< of each kind

static CalendarView calendar(Services& services, Call const& call, CalendarQuery const& query)
{
    if (query.to <= query.from || query.to - query.from > range_max)
        base::fail(base::ErrorCode::InvalidInput, "to: {} is not within a year after {}", base::format_time(query.to),
                   base::format_time(query.from));
    CalendarView out;
    auto const add = [&](base::Time at, CalendarEntryKind what, std::string const& id, std::string title,
                         std::string state) {
        if (at >= query.from && at < query.to) out.items.push_back({at, what, id, std::move(title), std::move(state)});
    };
    services.database.read([&](store::Connection& connection) {
        out.items.clear();
        store::JobFilter planned;
        planned.owner_id = call.owner();
        planned.kind = "publish";
        planned.states = {store::JobState::Queued};
        planned.limit = rows_max;
        for (auto const& job : store::list_jobs(connection, planned).items)
            add(job.run_at, CalendarEntryKind::PlannedPost, job.id, "", base::enum_text(job.state));
        for (auto const& post : store::list_posts(connection, {.owner_id = call.owner(), .limit = rows_max}))
            add(post.updated_at, CalendarEntryKind::Post, post.id, post.target, base::enum_text(post.state));
        for (auto const& one : store::list_schedules(connection, {.owner_id = call.owner(), .limit = rows_max}))
            if (one.next_at)
                add(*one.next_at, CalendarEntryKind::Schedule, one.id, one.name, one.paused ? "paused" : "active");
        for (auto const& niche : store::list_niches(connection, call.owner(), rows_max))
            if (niche.next_scan_at) add(*niche.next_scan_at, CalendarEntryKind::Scan, niche.id, niche.name, "watched");
    });
    std::ranges::sort(out.items, {}, &CalendarEntry::at);
    return out;
}

static Route get_calendar()
{
    return route({.method = "GET",
                  .path = "/api/v1/calendar",
                  .tag = "posts",
                  .help = "What was posted and what is to come: posts, schedules' next slots, niches' next scans."},
                 calendar);
}

std::vector<Route> calendar() { return {get_calendar()}; }

} // namespace api::routes
