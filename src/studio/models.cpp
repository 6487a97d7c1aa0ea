#include "studio/models.h"

#include "base/file.h"
#include "base/text.h"

#include <algorithm>

namespace studio {

static constexpr std::size_t list_bytes_max = 64U << 10U;

std::vector<ModelInfo> known_models(std::filesystem::path const& catalog)
{
    auto const file = catalog / "models.json";
    return base::read_json<std::vector<ModelInfo>>(base::read_file(file, list_bytes_max), file.string());
}

ModelInfo find_model(std::filesystem::path const& catalog, std::string const& name)
{
    auto const models = known_models(catalog);
    auto const model = std::ranges::find(models, name, &ModelInfo::name);
    if (model == models.end())
        base::fail(base::ErrorCode::NotFound, base::Next{"`ettametta models` or GET /api/v1/models lists them"},
                   "there is no model '{}'", base::truncate_utf8(base::clean_utf8(name), 60));
    return *model;
}

std::filesystem::path model_file(std::filesystem::path const& folder, std::string const& name)
{
    return folder / (name + ".bin");
}

} // namespace studio
