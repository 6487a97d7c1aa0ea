#pragma once
#include "api/live/metrics.h"
#include "base/ids.h"
#include "base/log.h"
#include "jobs/queue.h"
#include "store/blob_store.h"
#include "store/database.h"

#include <filesystem>

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
    live::Live live;
};

} // namespace api
