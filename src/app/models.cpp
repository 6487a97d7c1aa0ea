#include "app/models.h"

namespace app {

jobs::ModelPlace model_place(App const& app)
{
    return {app.catalog_folder(), app.data_folder() / "models", app.config().find("endpoint.models").value_or("")};
}

std::filesystem::path speech_model(App const& app)
{
    auto const wanted = app.config().text("speech.model_file");
    if (wanted.empty()) return {};
    auto const path = wanted.find('/') == std::string::npos ? studio::model_file(model_place(app).folder, wanted)
                                                            : std::filesystem::path(wanted);
    if (!std::filesystem::is_regular_file(path))
        base::fail(base::ErrorCode::NotFound, base::Next{"`ettametta models` lists what can be fetched"},
                   "speech.model_file: there is no {}", path.string());
    return path;
}

} // namespace app
