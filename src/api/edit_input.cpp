#include "api/edit_input.h"

#include "api/owned.h"

namespace api {

std::filesystem::path asset_file(Services& services, store::Asset const& asset)
{
    std::error_code error;
    if (!asset.path.empty() && std::filesystem::exists(asset.path, error)) return asset.path;
    if (asset.blob) return services.blobs.path_of(*asset.blob);
    base::fail(base::ErrorCode::NotFound, base::Next{"acquire or upload it again"}, "the file of asset {} is gone",
               asset.id);
}

static std::optional<std::filesystem::path> file_of(Services& services, Call const& call,
                                                    std::optional<std::string> const& id)
{
    if (!id || id->empty()) return std::nullopt;
    auto const asset = services.database.read(
        [&](store::Connection& connection) { return owned(store::find_asset(connection, *id), call, "asset", *id); });
    return asset_file(services, asset);
}

/// Some filters read a file (a colour table): that one is the server's business, no caller's.
static void check_options(Services& services, std::vector<plan::FilterCall> const& calls)
{
    if (std::ranges::all_of(calls, [](auto const& call) { return call.options.empty(); })) return;
    for (auto const& info : services.studio.media().filters())
        for (auto const& call : calls)
            for (auto const& option : info.options)
                if (call.name == info.name && option.choices.empty() && call.options.contains(option.name))
                    base::fail(base::ErrorCode::InvalidInput,
                               base::Next{"make a look that holds it: a file in catalog/looks"},
                               "filters: {} takes a file as '{}', and files of the server are not named from here",
                               info.name, option.name);
}

studio::EditOptions edit_options(Services& services, Call const& call, EditInput const& input)
{
    check_options(services, input.filters);
    studio::EditOptions out;
    out.look = input.look;
    out.filters = input.filters;
    out.platform = input.platform;
    out.aspect = input.aspect;
    out.layout = input.layout;
    out.trim = studio::parse_trim(input.trim);
    out.captions = input.captions;
    out.title = input.title;
    out.music = file_of(services, call, input.music_asset_id);
    out.voice = file_of(services, call, input.voice_asset_id);
    out.watermark = file_of(services, call, input.watermark_asset_id);
    out.narration = input.narration;
    out.encoder = {input.encoder, input.preset, input.crf};
    out.seed = input.seed;
    services.studio.check(out);
    return out;
}

} // namespace api
