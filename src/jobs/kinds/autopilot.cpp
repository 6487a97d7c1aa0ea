#include "jobs/services.h"
#include "jobs/steps.h"

#include <algorithm>

namespace jobs::kinds {

/// What became of the candidate so far; nothing while its job goes on.
static std::optional<ClipOutcome> outcome_of(JobContext& context, AutopilotPayload const& payload,
                                             discovery::Candidate const& candidate)
{
    ProducePayload const wanted{payload.discover.niche, candidate, payload.make};
    auto const child = context.spawn("produce", base::to_json(wanted), "produce:" + candidate.id);
    ClipOutcome outcome{child.id,
                        candidate.id,
                        candidate.title,
                        candidate.score,
                        base::enum_text(child.state),
                        child.reason,
                        child.next_action,
                        {}};
    if (child.state == JobState::Done)
        outcome.made = base::read_json<ProduceResult>(child.result.value_or("{}"), "produce");
    else if (child.state != JobState::Failed && child.state != JobState::Cancelled)
        return std::nullopt;
    return outcome;
}

static JobOutcome run(JobContext& context)
{
    auto const payload = payload_of<AutopilotPayload>(context);
    auto const found = step<discovery::ScanResult>(context, "discover", payload.discover, "discover");
    if (!found) return Waiting{"the sources are being asked"};
    AutopilotResult result{payload.discover.niche, found->sources, found->candidates.size(), {}};
    std::vector<discovery::Candidate> videos; // topics and posts tell what a niche talks about; no clip is made of them
    std::ranges::copy_if(found->candidates, std::back_inserter(videos),
                         [](auto const& one) { return one.kind == discovery::CandidateKind::Video; });
    auto const wanted = std::min(videos.size(), static_cast<std::size_t>(payload.clips));
    // All are started before any is waited for. One that fails stays visible and stops no other.
    auto waiting = false;
    for (std::size_t i = 0; i < wanted; ++i) {
        auto outcome = outcome_of(context, payload, videos[i]);
        if (outcome)
            result.clips.push_back(std::move(*outcome));
        else
            waiting = true;
    }
    if (waiting) return Waiting{fmt::format("{} of {} clips are finished", result.clips.size(), wanted)};
    return Done{base::to_json(result), {}};
}

JobType autopilot(Services&)
{
    return {.name = "autopilot",
            .help = "Discovers, ranks and makes clips of the best candidates.",
            .pool = JobPool::Network,
            .run = [](JobContext& context) { return run(context); }};
}

} // namespace jobs::kinds
