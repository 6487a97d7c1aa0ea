#include "app/samples.h"

#include "base/error.h"

namespace app {

static std::filesystem::path samples_folder()
{
    auto const environment = base::process_environment();
    auto const find = [&](char const* name) {
        auto const it = environment.find(name);
        return it == environment.end() ? std::string() : it->second;
    };
    if (auto const given = find("ETTAMETTA_SAMPLES"); !given.empty()) return given;
    auto const cache = find("XDG_CACHE_HOME");
    return (cache.empty() ? std::filesystem::path(find("HOME")) / ".cache" : std::filesystem::path(cache)) /
           "ettametta/samples";
}

std::filesystem::path sample_library()
{
    auto const folder = samples_folder() / "library";
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        base::fail(base::ErrorCode::NotFound, base::Next{"run ./run --setup, which fetches it"},
                   "the sample library is not in {}", folder.string());
    return folder;
}

} // namespace app
