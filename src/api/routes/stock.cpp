#include "api/work.h"
#include "jobs/payloads.h"

namespace api::routes {

static constexpr std::size_t text_characters_max = 20'000;

struct StockInput {
    std::string text;
    discovery::Orientation orientation = discovery::Orientation::Portrait;
    double seconds = 3;
    bool get = false;
};
BOOST_DESCRIBE_STRUCT(StockInput, (), (text, orientation, seconds, get))
static std::vector<FieldRule> rules_of(StockInput const*)
{
    return {{.name = "text",
             .help = "What is said; a clip is looked for each sentence.",
             .required = true,
             .length_min = 1,
             .length_max = text_characters_max,
             .example = R"("Bees leave the hive. They look for clover.")"},
            {.name = "orientation", .help = "Which way the clips should lie."},
            {.name = "seconds", .help = "Shortest clip.", .min = 1, .max = 60},
            {.name = "get", .help = "Fetch them into the library too, with their rights."}};
}

/// Before a job begins that could only fail.
static void require_source(Services& services)
{
    for (auto const& source : services.discovery.parts().scanner.list())
        if (source.id == discovery::StockRequest().source && !source.configured)
            base::fail(base::ErrorCode::Unavailable,
                       base::Next{source.next_action.value_or("get a key") +
                                  ", and set it as PEXELS_API_KEY, or as key.pexels in ettametta.toml or the vault"},
                       "{} needs {}, which is not set", source.id, source.missing.value_or("a key"));
}

static Reply<JobView> begin(Services& services, Call const& call, Nothing const&, StockInput const& input)
{
    jobs::StockPayload const payload{discovery::split_sentences(input.text), input.orientation, input.seconds,
                                     input.get};
    if (payload.sentences.empty() || payload.sentences.size() > discovery::stock_sentences_max)
        base::fail(base::ErrorCode::InvalidInput, "text: {} sentences; 1 to {} are allowed", payload.sentences.size(),
                   discovery::stock_sentences_max);
    require_source(services);
    return begin_work(services, call, "stock", base::to_json(payload));
}

static Route begin_stock()
{
    return route({.method = "POST",
                  .path = "/api/v1/stock",
                  .access = Access::Creator,
                  .tag = "discovery",
                  .help = "Looks for stock footage to go with each sentence of a text, no clip twice; the job's result "
                          "names the clips.",
                  .status = 202,
                  .problems = {503}},
                 begin);
}

std::vector<Route> stock() { return {begin_stock()}; }

} // namespace api::routes
