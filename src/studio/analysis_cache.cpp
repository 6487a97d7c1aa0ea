#include "studio/analysis_cache.h"

#include "base/file.h"

#include <algorithm>

namespace studio {

static constexpr int version = 2; // of what an analysis holds and how it is measured: raise it with either
static constexpr std::size_t bytes_max = 64U << 20U;
static constexpr std::size_t files_max = 200;

std::filesystem::path AnalysisCache::path(std::string const& sha256, plan::AnalyseRequest const& request) const
{
    return folder_ / fmt::format("{}-{}{}{}{}.json", sha256, version, request.faces ? "f" : "", request.text ? "t" : "",
                                 request.camera ? "c" : "");
}

std::optional<plan::Analysis> AnalysisCache::find(std::string const& sha256, plan::AnalyseRequest const& request) const
{
    if (folder_.empty()) return std::nullopt;
    auto const file = path(sha256, request);
    try {
        if (!std::filesystem::exists(file)) return std::nullopt;
        auto analysis = base::read_json<plan::Analysis>(base::read_file(file, bytes_max), file.string());
        analysis.media.path = request.input;
        return analysis;
    } catch (base::Error const&) {
        return std::nullopt; // measured anew, and written over
    }
}

void AnalysisCache::keep(std::string const& sha256, plan::AnalyseRequest const& request,
                         plan::Analysis const& analysis) const
{
    if (folder_.empty()) return;
    try {
        base::make_folder(folder_);
        base::write_file_atomic(path(sha256, request), base::to_json(analysis));
        prune();
    } catch (base::Error const&) {
        return; // a full disk costs time, not the clip
    }
}

/// The oldest go.
void AnalysisCache::prune() const
{
    std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator(folder_, error))
        files.emplace_back(entry.last_write_time(error), entry.path());
    if (files.size() <= files_max) return;
    std::sort(files.begin(), files.end());
    for (std::size_t i = 0; i + files_max < files.size(); ++i) std::filesystem::remove(files[i].second, error);
}

} // namespace studio
