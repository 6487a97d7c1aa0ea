#include "jobs/services.h"
#include "jobs/steps.h"

namespace jobs::kinds {

/// How fetching it went; false while that goes on. By the job that fetches any clip, so that licence and evidence are
/// in the ledger.
static bool fetched(JobContext& context, StockClip& clip)
{
    auto const child =
        context.spawn("acquire", base::to_json(AcquirePayload{*clip.pick.clip, ""}), "acquire:" + clip.pick.clip->id);
    if (child.state == JobState::Done) {
        clip.asset_id = base::read_json<AcquireResult>(child.result.value_or("{}"), "acquire").asset_id;
        return true;
    }
    clip.reason = child.reason;
    clip.next_action = child.next_action;
    return child.state == JobState::Failed || child.state == JobState::Cancelled;
}

static JobOutcome run(JobContext& context)
{
    auto const payload = payload_of<StockPayload>(context);
    auto picks = step<std::vector<discovery::StockPick>>(context, "choose_stock", payload, "choose_stock");
    if (!picks) return Waiting{"footage is being looked for"};
    StockResult result;
    std::size_t ended = 0;
    for (auto& pick : *picks) {
        StockClip clip{std::move(pick), std::nullopt, "", ""};
        if (!payload.get || !clip.pick.clip || fetched(context, clip)) ++ended; // all begin before any is waited for
        result.clips.push_back(std::move(clip));
    }
    if (ended < result.clips.size())
        return Waiting{fmt::format("{} of {} clips are fetched", ended, result.clips.size())};
    return Done{base::to_json(result), {}};
}

JobType stock(Services&)
{
    return {.name = "stock",
            .help = "Stock footage for each sentence of a text, no clip twice; fetched with its rights where asked.",
            .pool = JobPool::Network,
            .run = [](JobContext& context) { return run(context); }};
}

} // namespace jobs::kinds
