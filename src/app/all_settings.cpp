#include "accounts/settings.h"
#include "ai/models.h"
#include "api/security.h"
#include "app/app.h"
#include "app/server_options.h"
#include "bus/nats_bus.h"
#include "discovery/acquire.h"
#include "net/settings.h"
#include "objects/object_blobs.h"
#include "speech/http_recogniser.h"

namespace app {

std::span<base::Setting const> all_settings()
{
    static std::vector<base::Setting> const settings = [] {
        std::vector<base::Setting> list{
            {"database", "url", "postgres://... instead of SQLite in the data folder", "", "DATABASE_URL", true},
            base::changeable({"jobs", "lease",
                              "a worker that is silent for so long has lost its jobs; the same on all machines",
                              "60s"}),
            base::changeable({"jobs", "network_threads", "jobs at once that wait for others", "8"}),
            base::changeable({"jobs", "ahead",
                              "most jobs claimed beyond the threads, of kinds that take milliseconds; 0 for none",
                              "400"}),
            base::changeable({"jobs", "compute_threads", "jobs at once that keep a processor busy", "1"}),
            base::changeable({"studio", "target_seconds", "length that --trim hook aims at", "30"}),
            base::changeable({"studio", "look", "the look that `--look auto` takes; empty: by niche and mood", ""}),
            base::changeable({"studio", "memory_mib", "memory the media program may take", "1500"}),
            {"speech", "model_file", "a model of whisper.cpp that listens: a name of `ettametta models`, or a file",
             ""},
            base::changeable({"backups", "keep", "backups made over the API that are kept; the oldest goes", "10"}),
            base::changeable({"uploads", "file_mib_max", "largest file that may be uploaded", "8192"}),
            base::changeable({"uploads", "quota_mib", "what one user's uploads may take together", "51200"}),
            base::changeable({"uploads", "expire_after", "an upload that is not finished by then is forgotten", "24h"}),
            base::changeable({"studio", "timeout", "longest time for one piece of media work", "4h"}),
        };
        for (auto const& part : {net::settings(), bus::settings(), objects::settings(), server_settings(),
                                 api::security_settings(), accounts::settings(), discovery::settings(),
                                 discovery::acquire_settings(), ai::settings(), speech::settings()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return settings;
}

} // namespace app
