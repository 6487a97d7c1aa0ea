#include "jobs/schedules.h"
#include "api/owned.h"
#include "api/paging.h"
#include "api/work_input.h"

namespace api::routes {

static constexpr std::size_t calendar_text_max = 1'000;

using store::MissedRuns;
using store::Schedule;

struct ScheduleView {
    std::string id;
    std::string name;
    std::string kind;
    base::RawJson payload;
    std::string rule;
    std::string zone;
    base::Time starts_at{};
    MissedRuns missed = MissedRuns::Once;
    int missed_max = 0;
    bool exclusive = true;
    int priority = 0;
    bool paused = false;
    std::optional<base::Time> next_at;
    std::optional<base::Time> last_slot;
    std::optional<std::string> last_job_id;
    std::string trouble;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(ScheduleView, (),
                      (id, name, kind, payload, rule, zone, starts_at, missed, missed_max, exclusive, priority, paused,
                       next_at, last_slot, last_job_id, trouble, created_at, updated_at))

static ScheduleView view_of(Schedule const& row)
{
    return {row.id,        row.name,      row.kind,        {row.payload}, row.rule,       row.zone,
            row.starts_at, row.missed,    row.missed_max,  row.exclusive, row.priority,   row.paused,
            row.next_at,   row.last_slot, row.last_job_id, row.trouble,   row.created_at, row.updated_at};
}

/// What may be changed; what is left out stays.
struct ScheduleChange {
    std::optional<base::RawJson> payload;
    std::optional<std::string> rule;
    std::optional<std::string> zone;
    std::optional<MissedRuns> missed;
    std::optional<int> missed_max;
    std::optional<bool> exclusive;
    std::optional<int> priority;
    std::optional<bool> paused;
};
BOOST_DESCRIBE_STRUCT(ScheduleChange, (), (payload, rule, zone, missed, missed_max, exclusive, priority, paused))
static std::vector<FieldRule> rules_of(ScheduleChange const*)
{
    return {{.name = "payload", .help = "What the job gets.", .example = R"({"niche":"birds"})"},
            {.name = "rule",
             .help = "A cron expression of five fields, @daily and the like, or an RRULE.",
             .length_min = 1,
             .length_max = calendar_text_max,
             .example = R"("30 6 * * mon-fri")"},
            {.name = "zone",
             .help = "Whose clocks the rule means.",
             .length_min = 1,
             .length_max = 64,
             .example = R"("Europe/Berlin")"},
            {.name = "missed", .help = "What becomes of slots that passed while nobody worked."},
            {.name = "missed_max",
             .help = "How many of those are made up for with missed = all.",
             .min = 1,
             .max = jobs::missed_max_max,
             .example = "10"},
            {.name = "exclusive", .help = "No new job while the last one has not ended."},
            {.name = "priority", .help = "Of its jobs; higher first.", .min = -100, .max = 100, .example = "0"},
            {.name = "paused", .help = "True holds it until it is false again."}};
}

struct ScheduleInput : ScheduleChange {
    std::string name;
    std::string kind;
};
BOOST_DESCRIBE_STRUCT(ScheduleInput, (ScheduleChange), (name, kind))
static std::vector<FieldRule> rules_of(ScheduleInput const*)
{
    auto rules = rules_of(static_cast<ScheduleChange const*>(nullptr));
    for (auto& rule : rules) rule.required = rule.name == "rule" || rule.name == "payload";
    rules.push_back({.name = "name",
                     .help = "Its name among yours.",
                     .required = true,
                     .length_min = 1,
                     .length_max = jobs::schedule_name_bytes_max,
                     .example = R"("morning scan")"});
    rules.push_back(
        {.name = "kind",
         .help = "The kind of job it makes: discover (a scan) or autopilot (a run); payload is that route's body.",
         .required = true,
         .length_min = 1,
         .length_max = 60,
         .example = R"("discover")"});
    return rules;
}

static void apply(Services& services, Call const& call, Schedule& row, ScheduleChange const& change)
{
    if (change.payload)
        row.payload = scheduled_payload(services, call, row.kind, base::parse_json(change.payload->text, "payload"));
    row.rule = change.rule.value_or(row.rule);
    row.zone = change.zone.value_or(row.zone);
    row.missed = change.missed.value_or(row.missed);
    row.missed_max = change.missed_max.value_or(row.missed_max);
    row.exclusive = change.exclusive.value_or(row.exclusive);
    row.priority = change.priority.value_or(row.priority);
    row.paused = change.paused.value_or(row.paused);
}

static Page<ScheduleView> list(Services& services, Call const& call, ListQuery const& query)
{
    auto const rows = services.database.read([&](store::Connection& connection) {
        return store::list_schedules(connection, {call.owner(), decode_cursor(query.cursor), query.limit + 1});
    });
    return page_of<ScheduleView>(rows, query.limit, [](auto const& row) { return view_of(row); });
}

static Route list_schedules()
{
    return route({.method = "GET", .path = "/api/v1/schedules", .tag = "schedules", .help = "Schedules, newest first."},
                 list);
}

static Schedule find(store::Connection& connection, Call const& call, std::string const& id)
{
    return owned(store::find_schedule(connection, id), call, "schedule", id);
}

static ScheduleView get(Services& services, Call const& call, ById const& parameters)
{
    return view_of(
        services.database.read([&](store::Connection& connection) { return find(connection, call, parameters.id); }));
}

static Route get_schedule()
{
    return route({.method = "GET", .path = "/api/v1/schedules/{id}", .tag = "schedules", .help = "One schedule."}, get);
}

static ScheduleView create(Services& services, Call const& call, Nothing const&, ScheduleInput const& input)
{
    auto const now = services.clock.now();
    Schedule row{.id = services.ids.next(), .owner_id = call.owner(), .name = input.name, .kind = input.kind};
    row.created_at = row.updated_at = now;
    apply(services, call, row, input);
    jobs::prepare_schedule(services.queue, row, now);
    services.database.transaction([&](store::Connection& connection) { store::insert_schedule(connection, row); });
    return view_of(row);
}

static Route create_schedule()
{
    return route({.method = "POST",
                  .path = "/api/v1/schedules",
                  .access = Access::Creator,
                  .tag = "schedules",
                  .help = "Makes a job at each slot of a rule; 404 for a kind that is not known, 409 for a name twice.",
                  .status = 201,
                  .problems = {404, 409}},
                 create);
}

static ScheduleView update(Services& services, Call const& call, ById const& parameters, ScheduleChange const& change)
{
    auto row =
        services.database.read([&](store::Connection& connection) { return find(connection, call, parameters.id); });
    apply(services, call, row, change); // looks at other rows: not inside a transaction
    row.updated_at = services.clock.now();
    jobs::prepare_schedule(services.queue, row, row.updated_at);
    services.database.transaction([&](store::Connection& connection) {
        find(connection, call, parameters.id);
        store::update_schedule(connection, row);
    });
    return view_of(row);
}

static Route update_schedule()
{
    return route({.method = "PATCH",
                  .path = "/api/v1/schedules/{id}",
                  .access = Access::Creator,
                  .tag = "schedules",
                  .help = "Changes a schedule, holds it or lets it go on; what is left out stays."},
                 update);
}

static net::ServerResponse remove(Services& services, Call const& call, ById const& parameters)
{
    services.database.transaction([&](store::Connection& connection) {
        store::remove_schedule(connection, find(connection, call, parameters.id).id);
    });
    return {.status = 204};
}

static Route delete_schedule()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/schedules/{id}",
                  .access = Access::Creator,
                  .tag = "schedules",
                  .help = "Removes a schedule; jobs that it made stay.",
                  .status = 204},
                 remove);
}

std::vector<Route> schedules()
{
    return {list_schedules(), get_schedule(), create_schedule(), update_schedule(), delete_schedule()};
}

} // namespace api::routes
