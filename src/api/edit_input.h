#pragma once
#include "api/route.h"
#include "store/tables/assets.h"
#include "studio/transform.h"

namespace api {

/// What a caller may ask of an edit. Files are named by the ids of assets, never by paths of the server.
struct EditInput {
    std::string look;
    std::vector<plan::FilterCall> filters;
    std::string platform;
    std::string aspect = "9:16";
    studio::Layout layout = studio::Layout::Auto;
    std::string trim = "hook";
    std::string captions;
    std::string title;
    std::optional<std::string> music_asset_id;
    std::optional<std::string> voice_asset_id;
    std::optional<std::string> watermark_asset_id;
    std::string narration;
    std::string encoder = "auto";
    std::string preset = "veryfast";
    int crf = 20;
    std::uint64_t seed = 0;
};
BOOST_DESCRIBE_STRUCT(EditInput, (),
                      (look, filters, platform, aspect, layout, trim, captions, title, music_asset_id, voice_asset_id,
                       watermark_asset_id, narration, encoder, preset, crf, seed))
inline std::vector<FieldRule> rules_of(EditInput const*)
{
    return {{.name = "look", .help = "A look, 'auto', or none.", .length_max = 60, .example = R"("noir")"},
            {.name = "filters", .help = "Filters after the look's own.", .length_max = 30},
            {.name = "platform",
             .help = "Where it will be shown; its controls are kept clear.",
             .length_max = 40,
             .example = R"("tiktok")"},
            {.name = "aspect", .help = "9:16, 1:1, 4:5, 16:9 or source.", .length_max = 10, .example = R"("9:16")"},
            {.name = "trim",
             .help = "off, hook, silence or START-END in seconds.",
             .length_max = 40,
             .example = R"("hook")"},
            {.name = "captions",
             .help = "A style, 'off', or empty for the look's own.",
             .length_max = 60,
             .example = R"("bold")"},
            {.name = "title", .help = "Over the first seconds and on the thumbnails.", .length_max = 120},
            {.name = "music_asset_id", .help = "Music below.", .length_max = 60},
            {.name = "voice_asset_id", .help = "A recorded narration.", .length_max = 60},
            {.name = "watermark_asset_id", .help = "A PNG in a corner.", .length_max = 60},
            {.name = "narration", .help = "A text to be spoken; the captions then show it.", .length_max = 5000},
            {.name = "encoder", .help = "auto, x264, nvenc ...", .length_max = 20, .example = R"("auto")"},
            {.name = "preset", .help = "The encoder's own.", .length_max = 20, .example = R"("veryfast")"},
            {.name = "crf", .help = "Quality, lower is better.", .min = 0, .max = 51, .example = "20"},
            {.name = "seed", .help = "Of what is random in the filters.", .min = 0, .example = "0"}};
}

/// With the files that the ids name; NotFound where they are not the caller's. The studio has checked the rest.
studio::EditOptions edit_options(Services& services, Call const& call, EditInput const& input);

/// The file of an asset on this machine.
std::filesystem::path asset_file(Services& services, store::Asset const& asset);

} // namespace api
