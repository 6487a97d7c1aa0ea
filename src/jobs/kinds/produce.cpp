#include "jobs/services.h"
#include "jobs/steps.h"

namespace jobs::kinds {

static JobOutcome run(JobContext& context)
{
    auto const payload = payload_of<ProducePayload>(context);
    auto const asset =
        step<AcquireResult>(context, "acquire", AcquirePayload{payload.candidate, payload.make.rights_note}, "acquire");
    if (!asset) return Waiting{"the clip is being fetched"};
    auto const clip = step<TransformResult>(
        context, "transform", TransformPayload{asset->asset_id, payload.make.edit, {}, false}, "transform");
    if (!clip) return Waiting{"the clip is being edited"};
    PublishPayload const publish{clip->clip_id, payload.make.destination, payload.niche, payload.candidate.description,
                                 payload.candidate.tags};
    auto const post = step<PublishResult>(context, "publish", publish, "publish");
    if (!post) return Waiting{"the clip is being handed over"};
    return Done{base::to_json(ProduceResult{asset->asset_id, clip->clip_id, clip->output, post->target}), {}};
}

JobType produce(Services&)
{
    return {.name = "produce",
            .help = "Makes one candidate a published clip: acquire, transform, publish.",
            .pool = JobPool::Network,
            .run = [](JobContext& context) { return run(context); }};
}

} // namespace jobs::kinds
