#include "jobs/webhooks.h"
#include "accounts/accounts.h"
#include "api/owned.h"
#include "api/paging.h"

namespace api::routes {

using store::Webhook;

static constexpr int deliveries_shown = 100;
static constexpr std::size_t webhooks_per_owner_max = 20;

struct WebhookView {
    std::string id;
    std::string url;
    bool on_done = true;
    bool on_failed = true;
    bool on_cancelled = false;
    bool paused = false;
    std::string trouble;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(WebhookView, (),
                      (id, url, on_done, on_failed, on_cancelled, paused, trouble, created_at, updated_at))

static WebhookView view_of(Webhook const& row)
{
    return {row.id,     row.url,     row.on_done,    row.on_failed, row.on_cancelled,
            row.paused, row.trouble, row.created_at, row.updated_at};
}

/// Told once, when it is made.
struct NewWebhookView : WebhookView {
    std::string secret;
};
BOOST_DESCRIBE_STRUCT(NewWebhookView, (WebhookView), (secret))

/// What may be changed; what is left out stays.
struct WebhookChange {
    std::optional<std::string> url;
    std::optional<bool> on_done;
    std::optional<bool> on_failed;
    std::optional<bool> on_cancelled;
    std::optional<bool> paused;
};
BOOST_DESCRIBE_STRUCT(WebhookChange, (), (url, on_done, on_failed, on_cancelled, paused))
static std::vector<FieldRule> rules_of(WebhookChange const*)
{
    return {{.name = "url",
             .help = "Where to POST; never an address inside.",
             .length_min = 8,
             .length_max = jobs::webhook_url_bytes_max,
             .format = "uri",
             .example = R"("https://receiver.example/hook")"},
            {.name = "on_done", .help = "Tell of jobs that are done."},
            {.name = "on_failed", .help = "Tell of jobs that failed."},
            {.name = "on_cancelled", .help = "Tell of jobs that were cancelled."},
            {.name = "paused", .help = "True tells nothing until it is false again."}};
}

struct WebhookInput : WebhookChange {};
BOOST_DESCRIBE_STRUCT(WebhookInput, (WebhookChange), ())
static std::vector<FieldRule> rules_of(WebhookInput const*)
{
    auto rules = rules_of(static_cast<WebhookChange const*>(nullptr));
    rules[0].required = true;
    return rules;
}

static void apply(Webhook& row, WebhookChange const& change)
{
    if (change.url) row.url = net::parse_url(*change.url).text();
    row.on_done = change.on_done.value_or(row.on_done);
    row.on_failed = change.on_failed.value_or(row.on_failed);
    row.on_cancelled = change.on_cancelled.value_or(row.on_cancelled);
    row.paused = change.paused.value_or(row.paused);
}

static std::vector<Webhook> rows_of(Services& services, Call const& call, std::string const& cursor, int limit)
{
    return services.database.read([&](store::Connection& connection) {
        return store::list_webhooks(connection, {call.owner(), cursor, limit});
    });
}

static Page<WebhookView> list(Services& services, Call const& call, ListQuery const& query)
{
    auto const rows = rows_of(services, call, decode_cursor(query.cursor), query.limit + 1);
    return page_of<WebhookView>(rows, query.limit, [](auto const& row) { return view_of(row); });
}

static Route list_webhooks()
{
    return route({.method = "GET",
                  .path = "/api/v1/webhooks",
                  .tag = "webhooks",
                  .help = "Addresses that are told when your jobs ended, newest first."},
                 list);
}

static Webhook find(store::Connection& connection, Call const& call, std::string const& id)
{
    return owned(store::find_webhook(connection, id), call, "webhook", id);
}

static NewWebhookView create(Services& services, Call const& call, Nothing const&, WebhookInput const& input)
{
    if (rows_of(services, call, "", 200).size() >= webhooks_per_owner_max)
        base::fail(base::ErrorCode::Conflict, base::Next{"remove one"}, "{} webhooks are as many as one may have",
                   webhooks_per_owner_max);
    Webhook row{.id = services.ids.next(), .owner_id = call.owner()};
    row.created_at = row.updated_at = services.clock.now();
    apply(row, input);
    auto const secret = jobs::new_webhook_secret();
    services.vault.keep(call.owner(), jobs::webhook_secret_name(row.id), secret); // before anything can be told
    services.database.transaction([&](store::Connection& connection) { store::insert_webhook(connection, row); });
    NewWebhookView view;
    static_cast<WebhookView&>(view) = view_of(row);
    view.secret = secret;
    return view;
}

static Route create_webhook()
{
    return route({.method = "POST",
                  .path = "/api/v1/webhooks",
                  .access = Access::Creator,
                  .tag = "webhooks",
                  .help = "Tells an address when your jobs end. The secret that signs is shown this once.",
                  .status = 201,
                  .keeps_answer = false,
                  .problems = {409}},
                 create);
}

static WebhookView update(Services& services, Call const& call, ById const& parameters, WebhookChange const& change)
{
    return services.database.transaction([&](store::Connection& connection) {
        auto row = find(connection, call, parameters.id);
        apply(row, change);
        row.updated_at = services.clock.now();
        store::update_webhook(connection, row);
        return view_of(row);
    });
}

static Route update_webhook()
{
    return route({.method = "PATCH",
                  .path = "/api/v1/webhooks/{id}",
                  .access = Access::Creator,
                  .tag = "webhooks",
                  .help = "Changes a webhook, holds it or lets it go on; what is left out stays."},
                 update);
}

static net::ServerResponse remove(Services& services, Call const& call, ById const& parameters)
{
    services.database.transaction([&](store::Connection& connection) {
        store::remove_webhook(connection, find(connection, call, parameters.id).id);
    });
    services.vault.remove(call.owner(), jobs::webhook_secret_name(parameters.id));
    return {.status = 204};
}

static Route delete_webhook()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/webhooks/{id}",
                  .access = Access::Creator,
                  .tag = "webhooks",
                  .help = "Removes a webhook with its deliveries and its secret.",
                  .status = 204},
                 remove);
}

struct DeliveryView {
    std::string id;
    std::string job_id;
    std::string event;
    store::DeliveryState state = store::DeliveryState::New;
    std::optional<int> status;
    std::string reason;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (), (id, job_id, event, state, status, reason, created_at, updated_at))

struct DeliveryList {
    std::vector<DeliveryView> items;
};
BOOST_DESCRIBE_STRUCT(DeliveryList, (), (items))

static DeliveryList deliveries(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read([&](store::Connection& connection) {
        DeliveryList out;
        auto const webhook = find(connection, call, parameters.id);
        for (auto const& row : store::list_deliveries(connection, webhook.id, deliveries_shown))
            out.items.push_back(
                {row.id, row.job_id, row.event, row.state, row.status, row.reason, row.created_at, row.updated_at});
        return out;
    });
}

static Route list_deliveries()
{
    return route({.method = "GET",
                  .path = "/api/v1/webhooks/{id}/deliveries",
                  .tag = "webhooks",
                  .help = "What it was told last, and what came of it."},
                 deliveries);
}

std::vector<Route> webhooks()
{
    return {list_webhooks(), create_webhook(), update_webhook(), delete_webhook(), list_deliveries()};
}

} // namespace api::routes
