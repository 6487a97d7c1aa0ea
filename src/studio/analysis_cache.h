#pragma once
#include "plan/child.h"

#include <filesystem>

namespace studio {

/// Keeps analyses by the content of the file they are of, so that a second clip of the same film begins at once. A
/// cache: what can't be read is not there, and what can't be written is not kept.
class AnalysisCache {
public:
    /// "" keeps nothing.
    explicit AnalysisCache(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::optional<plan::Analysis> find(std::string const& sha256, plan::AnalyseRequest const& request) const;
    void keep(std::string const& sha256, plan::AnalyseRequest const& request, plan::Analysis const& analysis) const;

private:
    std::filesystem::path path(std::string const& sha256, plan::AnalyseRequest const& request) const;
    void prune() const;

    std::filesystem::path folder_;
};

} // namespace studio
