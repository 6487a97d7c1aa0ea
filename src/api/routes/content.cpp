// The files themselves, whole or by Range, to any number of players at once.
#include "api/edit_input.h"
#include "api/file_response.h"
#include "api/owned.h"
#include "store/tables/clips.h"

namespace api::routes {

static constexpr std::size_t name_bytes_max = 120;

/// From this machine, or from the blobs that machines share.
static std::filesystem::path place_of(Services& services, std::string const& path,
                                      std::optional<std::string> const& blob, std::string_view id)
{
    std::error_code error;
    if (!path.empty() && std::filesystem::exists(path, error)) return path;
    if (blob) return services.blobs.path_of(*blob);
    base::fail(base::ErrorCode::NotFound, "the file of {} is not there", base::truncate_utf8(std::string(id), 80));
}

/// A name for whoever saves it: a title and the ending that the file has.
static std::string name_of(std::string const& title, std::filesystem::path const& path, std::string_view ending)
{
    auto const extension = path.extension().empty() ? std::string(ending) : path.extension().string();
    return base::slug(title, name_bytes_max) + extension;
}

/// The ending that a file of this container usually has; blobs have none. FFmpeg's names, as the probe reports them.
static std::string ending_of(store::Asset const& asset)
{
    auto const data = base::parse_json(asset.data, "an asset's data");
    auto const* container = data.is_object() ? data.as_object().if_contains("container") : nullptr;
    auto const name = container && container->is_string() ? std::string(container->as_string()) : std::string();
    for (auto const& [part, ending] : {std::pair{"mp4", ".mp4"},
                                       {"webm", ".webm"},
                                       {"mp3", ".mp3"},
                                       {"wav", ".wav"},
                                       {"ogg", ".ogg"},
                                       {"png", ".png"}})
        if (name.find(part) != std::string::npos) return ending;
    return "";
}

static net::ServerResponse asset_content(Services& services, Call const& call, ById const& parameters)
{
    auto const asset = services.database.read([&](store::Connection& connection) {
        return owned(store::find_asset(connection, parameters.id), call, "asset", parameters.id);
    });
    auto const name = name_of(asset.title, asset.path, ending_of(asset));
    return file_response(call.request,
                         {asset_file(services, asset), asset.sha256.empty() ? "" : '"' + asset.sha256 + '"',
                          std::string(content_type_of(name)), name});
}

static Route get_asset_content()
{
    return route({.method = "GET",
                  .path = "/api/v1/library/assets/{id}/content",
                  .tag = "library",
                  .help = "The asset's file, whole or by Range.",
                  .returns = "application/octet-stream",
                  .by_link = true,
                  .problems = {416}},
                 asset_content);
}

static store::Clip clip_of(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read([&](store::Connection& connection) {
        return owned(store::find_clip(connection, parameters.id), call, "clip", parameters.id);
    });
}

static net::ServerResponse clip_content(Services& services, Call const& call, ById const& parameters)
{
    auto const clip = clip_of(services, call, parameters);
    return file_response(call.request, {place_of(services, clip.output_path, clip.blob, clip.id), "", "video/mp4",
                                        name_of(clip.id, clip.output_path, ".mp4")});
}

static Route get_clip_content()
{
    return route({.method = "GET",
                  .path = "/api/v1/clips/{id}/content",
                  .tag = "clips",
                  .help = "The clip's file, whole or by Range, so that a player can seek.",
                  .returns = "application/octet-stream",
                  .by_link = true,
                  .problems = {416}},
                 clip_content);
}

static net::ServerResponse clip_thumbnail(Services& services, Call const& call, ById const& parameters)
{
    auto const clip = clip_of(services, call, parameters);
    auto const name = name_of(clip.id, clip.thumbnail_path, ".jpg");
    return file_response(call.request, {place_of(services, clip.thumbnail_path, clip.thumbnail_blob, clip.id), "",
                                        std::string(content_type_of(name)), name});
}

static Route get_clip_thumbnail()
{
    return route({.method = "GET",
                  .path = "/api/v1/clips/{id}/thumbnail",
                  .tag = "clips",
                  .help = "A picture of the clip.",
                  .returns = "application/octet-stream",
                  .by_link = true,
                  .problems = {416}},
                 clip_thumbnail);
}

std::vector<Route> content() { return {get_asset_content(), get_clip_content(), get_clip_thumbnail()}; }

} // namespace api::routes
