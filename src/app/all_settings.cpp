#include "app/app.h"

namespace app {

std::span<base::Setting const> all_settings()
{
    static std::vector<base::Setting> const settings = [] {
        return std::vector<base::Setting>{
            {"studio", "target_seconds", "length that --trim hook aims at", "30"},
            {"studio", "memory_mib", "memory the media program may take", "1500"},
            {"studio", "timeout", "longest time for one piece of media work", "4h"},
            {"endpoint", "*", "base URL of a service instead of its own, endpoint.peertube for instance"},
        };
    }();
    return settings;
}

} // namespace app
