#pragma once
#include "jobs/job.h"
#include "jobs/payloads.h"

namespace jobs {

template <class Payload> Payload payload_of(JobContext const& context)
{
    return base::from_json<Payload>(context.payload());
}

/// A step of a larger job: nothing while it has not ended, its result once it is done. Raises its error otherwise, so
/// that the larger job fails with the reason of the step.
template <class Result, class Payload>
std::optional<Result> step(JobContext& context, std::string_view kind, Payload const& payload, std::string_view key)
{
    auto const child = context.spawn(kind, base::to_json(payload), key);
    switch (child.state) {
    case JobState::Done: return base::read_json<Result>(child.result.value_or("{}"), kind);
    case JobState::Failed:
        throw base::Error(base::ErrorCode::Conflict, fmt::format("{}: {}", kind, child.reason), child.next_action);
    case JobState::Cancelled: base::fail(base::ErrorCode::Cancelled, "{} was cancelled", kind);
    default: return std::nullopt;
    }
}

} // namespace jobs
