#pragma once
#include "base/json.h"

#include <filesystem>

namespace studio {

/// A model that may be fetched. Nothing is fetched unless it is asked for.
struct ModelInfo {
    std::string name;
    std::string kind; ///< "speech": for whisper.cpp
    std::string url;
    std::int64_t megabytes = 0; ///< about
    std::string help;
};
BOOST_DESCRIBE_STRUCT(ModelInfo, (), (name, kind, url, megabytes, help))

/// catalog/models.json
std::vector<ModelInfo> known_models(std::filesystem::path const& catalog);
/// NotFound where the catalog has none of that name.
ModelInfo find_model(std::filesystem::path const& catalog, std::string const& name);
/// Where a model of the catalog lies once it is fetched.
std::filesystem::path model_file(std::filesystem::path const& folder, std::string const& name);

} // namespace studio
