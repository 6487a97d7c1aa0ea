#include "app/app.h"

namespace app {

std::span<base::Setting const> all_settings()
{
    static std::vector<base::Setting> const settings = [] {
        std::vector<base::Setting> list{
            {"database", "url", "postgres://... instead of SQLite in the data folder", "", "DATABASE_URL", true},
            {"jobs", "lease", "a worker that is silent for so long has lost its jobs", "60s"},
            {"net", "user_agent", "how this program names itself to sources; add a way to reach you", "ettametta/0.1 (self-hosted content engine)"},
            {"net", "proxy", "http:// or https:// proxy for everything outgoing"},
            {"net", "ca_file", "certificates to trust instead of the system's"},
            {"jobs", "network_threads", "jobs at once that wait for others", "8"},
            {"jobs", "compute_threads", "jobs at once that keep a processor busy", "1"},
            {"studio", "target_seconds", "length that --trim hook aims at", "30"},
            {"studio", "memory_mib", "memory the media program may take", "1500"},
            {"studio", "timeout", "longest time for one piece of media work", "4h"},
            {"endpoint", "*", "base URL of a service instead of its own, endpoint.peertube for instance"},
        };
        auto const discovery = discovery::settings();
        list.insert(list.end(), discovery.begin(), discovery.end());
        return list;
    }();
    return settings;
}

} // namespace app
