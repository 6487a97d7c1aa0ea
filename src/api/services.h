#pragma once
#include "api/finding.h"
#include "api/live/metrics.h"
#include "api/stored_settings.h"
#include "api/uploads/desk.h"
#include "base/config.h"
#include "base/ids.h"
#include "base/log.h"
#include "discovery/discovery.h"
#include "jobs/backups.h"
#include "jobs/models.h"
#include "jobs/queue.h"
#include "store/blob_store.h"
#include "store/database.h"
#include "studio/transform.h"

#include <filesystem>

namespace accounts {
class Accounts; // routes that need them include accounts/accounts.h
class Vault;
} // namespace accounts

namespace api {

/// What routes may use; built once, in app.
struct Services {
    store::Database& database;
    base::Clock const& clock;
    base::Ids& ids;
    base::Log& log;
    std::filesystem::path data;
    jobs::Queue& queue;
    store::BlobStore& blobs;
    discovery::Discovery& discovery;
    studio::Studio const& studio;
    base::Config const& config;
    std::string version;
    accounts::Accounts& accounts;
    accounts::Vault& vault;
    live::Live live;
    UploadDesk& uploads;
    StoredSettings& stored;
    jobs::ModelPlace models;
    std::filesystem::path backups;                ///< the folder
    std::function<std::vector<Finding>()> doctor; ///< what `ettametta doctor` finds; seconds at most
};

} // namespace api
