#pragma once
#include "jobs/queue.h"
#include "store/tables/uploads.h"

namespace jobs {

/// Enqueues the look into an upload that is complete; asked again it finds the same job. The upload's metadata may say
/// `filename` or `title`, `author`, `license` and `rights_note`.
Job enqueue_import(Queue& queue, store::Upload const& upload);

} // namespace jobs
