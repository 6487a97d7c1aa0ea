#include "api/live/metrics.h"
#include "api/route.h"

namespace api::routes {

struct SocketQuery {
    std::optional<std::string> ticket;
};
BOOST_DESCRIBE_STRUCT(SocketQuery, (), (ticket))
static std::vector<FieldRule> rules_of(SocketQuery const*)
{
    return {
        {.name = "ticket", .help = "A one-time ticket, instead of a token in the first message.", .length_max = 200}};
}

static net::ServerResponse open_socket(Services& services, Call const& call, SocketQuery const& query)
{
    auto principal = call.principal;
    if (query.ticket) {
        principal = services.live.hub.redeem(*query.ticket);
        if (!principal)
            base::fail(base::ErrorCode::Forbidden, base::Next{"ask for a new ticket"},
                       "ticket: is not valid, or was used already");
    }
    net::ServerResponse response;
    response.upgrade = services.live.hub.handler(std::move(principal));
    return response;
}

static Route live_socket()
{
    return route({.method = "GET",
                  .path = "/api/v1/ws",
                  .access = Access::Public, // the first message says who listens
                  .tag = "live",
                  .help = "A WebSocket with the events that the caller may see: send {\"token\": \"...\", "
                          "\"subscribe\": [\"jobs\", \"telemetry\"]}; 426 where none was asked for.",
                  .returns = "application/json",
                  .problems = {403, 426}},
                 open_socket);
}

static live::TelemetrySample newest(Services& services, Call const&, Nothing const&)
{
    return services.live.telemetry.latest();
}

static Route telemetry()
{
    return route({.method = "GET",
                  .path = "/api/v1/system/telemetry",
                  .access = Access::Viewer,
                  .tag = "system",
                  .help = "What this machine measured last: processor, memory, disk, network, queue, renders, sources. "
                          "Null is what could not be measured."},
                 newest);
}

static net::ServerResponse scrape(Services& services, Call const&, Nothing const&)
{
    net::ServerResponse response;
    response.body = services.live.metrics.text(services.live.telemetry.latest());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return response;
}

static Route metrics()
{
    return route({.method = "GET",
                  .path = "/metrics",
                  .access = Access::Service,
                  .tag = "system",
                  .help = "The same for Prometheus. Wants the internal token, or an administrator.",
                  .returns = "text/plain"},
                 scrape);
}

std::vector<Route> live() { return {live_socket(), telemetry(), metrics()}; }

} // namespace api::routes
