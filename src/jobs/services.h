#pragma once
#include "discovery/acquire.h"
#include "discovery/discovery.h"
#include "jobs/backups.h"
#include "jobs/job.h"
#include "jobs/models.h"
#include "studio/transform.h"

namespace jobs {

/// What job kinds work with; built once, in app.
struct Services {
    discovery::Scanner& scanner;
    discovery::Discovery& discovery;
    net::HttpClient& client;
    studio::Studio const& studio;
    store::Database& database;
    base::Clock const& clock;
    base::Ids& ids;
    discovery::AcquireOptions acquire; ///< without progress and secrets: those are each job's own
    std::function<std::string(std::string const& owner_id, std::string const& name)> secret;
    std::filesystem::path clips;
    std::filesystem::path outbox;
    std::string made_with;
    ModelPlace models = {};
    BackupPlace backups = {};
};

/// The kinds of work there are, in alphabetical order.
std::vector<JobType> all_jobs(Services& services);

} // namespace jobs
