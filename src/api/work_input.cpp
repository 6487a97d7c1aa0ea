#include "api/work_input.h"

#include "publishing/publisher.h"

namespace api {

jobs::DiscoverPayload payload_of(Services& services, ScanInput const& input)
{
    jobs::DiscoverPayload payload;
    payload.niche = input.niche;
    payload.since = base::parse_since(input.since, services.clock.now(), "since");
    if (auto const span = base::parse_duration(input.since)) payload.horizon_seconds = span->count() / 1000;
    payload.limit = input.limit;
    payload.sources = input.sources;
    payload.refine = input.refine;
    auto const known = services.discovery.parts().scanner.list();
    for (auto const& id : input.sources)
        if (std::ranges::none_of(known, [&](auto const& source) { return source.id == id; }))
            base::fail(base::ErrorCode::InvalidInput, base::Next{"GET /api/v1/sources lists them"},
                       "sources: there is no source '{}'", base::truncate_utf8(id, 60));
    return payload;
}

jobs::AutopilotPayload payload_of(Services& services, Call const& call, RunInput const& input)
{
    publishing::find_publisher(input.destination);
    return {payload_of(services, ScanInput{input.niche, input.since, input.candidates, input.sources}),
            {edit_options(services, call, input.edit), input.destination, input.rights_note},
            input.clips};
}

template <class Input> static Input checked(base::json::value const& payload)
{
    Schemas schemas;
    auto const schema = schemas.of<Input>(Direction::Input);
    check_schema(payload, schema, schemas.components(), "payload");
    return base::from_json<Input>(payload, "payload");
}

std::string scheduled_payload(Services& services, Call const& call, std::string_view kind,
                              base::json::value const& payload)
{
    if (kind == "discover") return base::to_json(payload_of(services, checked<ScanInput>(payload)));
    if (kind == "autopilot") return base::to_json(payload_of(services, call, checked<RunInput>(payload)));
    base::fail(base::ErrorCode::InvalidInput, "kind: '{}' does not begin by the calendar; discover and autopilot do",
               base::truncate_utf8(std::string(kind), 60));
}

} // namespace api
