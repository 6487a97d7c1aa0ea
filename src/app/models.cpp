#include "app/models.h"

#include "base/file.h"

namespace app {

static constexpr std::size_t list_bytes_max = 64U << 10U;

std::vector<ModelInfo> known_models(std::filesystem::path const& catalog)
{
    auto const file = catalog / "models.json";
    return base::read_json<std::vector<ModelInfo>>(base::read_file(file, list_bytes_max), file.string());
}

std::filesystem::path model_file(App const& app, std::string const& name)
{
    return app.data_folder() / "models" / (name + ".bin");
}

std::filesystem::path speech_model(App const& app)
{
    auto const wanted = app.config().text("speech.model_file");
    if (wanted.empty()) return {};
    auto const path = wanted.find('/') == std::string::npos ? model_file(app, wanted) : std::filesystem::path(wanted);
    if (!std::filesystem::is_regular_file(path))
        base::fail(base::ErrorCode::NotFound, base::Next{"`ettametta models` lists what can be fetched"},
                   "speech.model_file: there is no {}", path.string());
    return path;
}

} // namespace app
