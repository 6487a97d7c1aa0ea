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
            {"jobs", "lease", "a worker that is silent for so long has lost its jobs", "60s"},
            {"jobs", "network_threads", "jobs at once that wait for others", "8"},
            {"jobs", "ahead", "most jobs claimed beyond the threads, of kinds that take milliseconds; 0 for none",
             "400"},
            {"jobs", "compute_threads", "jobs at once that keep a processor busy", "1"},
            {"studio", "target_seconds", "length that --trim hook aims at", "30"},
            {"studio", "look", "the look that `--look auto` takes; empty: by niche and mood", ""},
            {"studio", "memory_mib", "memory the media program may take", "1500"},
            {"speech", "model_file", "a model of whisper.cpp that listens: a name of `ettametta models`, or a file",
             ""},
            {"uploads", "file_mib_max", "largest file that may be uploaded", "8192"},
            {"uploads", "quota_mib", "what one user's uploads may take together", "51200"},
            {"uploads", "expire_after", "an upload that is not finished by then is forgotten", "24h"},
            {"studio", "timeout", "longest time for one piece of media work", "4h"},
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
