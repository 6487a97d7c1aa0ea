#pragma once
#include "publishing/publisher.h"
#include "store/database.h"

namespace publishing {

/// Runs a write in a transaction; a job passes one that holds only while it owns its lease.
using Transaction = std::function<void(std::function<void(store::Connection&)> const&)>;

/// Publishes a clip to a destination exactly once: the intent is committed first, an intent of an earlier attempt is
/// looked up outside before anything is done again, the outcome is recorded last. `wanted` names id, owner, clip,
/// destination and the time; the row that stands in the ledger afterwards comes back.
store::Post publish_once(store::Post wanted, PostContent const& content, PublisherContext const& context,
                         base::Clock const& clock, Transaction const& transaction);

} // namespace publishing
