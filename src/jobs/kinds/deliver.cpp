#include "jobs/services.h"
#include "jobs/webhooks.h"

namespace jobs::kinds {

JobType deliver(Services& services) { return deliver_type({services.database, services.client, services.secret}); }

} // namespace jobs::kinds
