#pragma once
#include "app/app.h"

namespace app {

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
/// Where a model lies once it is fetched: DATA/models/NAME.bin.
std::filesystem::path model_file(App const& app, std::string const& name);
/// What speech.model names: a file, or a model by its name; "" where it is not set. NotFound says how to get it.
std::filesystem::path speech_model(App const& app);

} // namespace app
