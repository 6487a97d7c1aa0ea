#include "app/edit_arguments.h"

#include "base/text.h"

#include <charconv>

namespace app {

std::vector<Option> edit_options()
{
    return {
        {"--look", "NAME", "a ready-made style, or auto: by niche and mood; `ettametta looks` lists them"},
        {"--filter", "NAME[:k=v,...]", "one filter more; `ettametta filters` lists them", {}, false, true},
        {"--platform", "NAME", "where it will be shown: length and controls; tiktok, youtube_shorts, instagram_reels"},
        {"--aspect",
         "W:H",
         "9:16 (default), 1:1, 4:5, 16:9 or source",
         {},
         false,
         false,
         {"9:16", "1:1", "4:5", "16:9", "source"}},
        {"--layout",
         "HOW",
         "auto (default): shot by shot; or crop, fit, fit_blur, split, screencast throughout",
         {},
         false,
         false,
         {"auto", "crop", "fit", "fit_blur", "split", "screencast"}},
        {"--trim",
         "HOW",
         "hook (default), silence, off, or seconds like 3.5-12",
         {},
         false,
         false,
         {"hook", "silence", "off"}},
        {"--captions", "STYLE", "caption style or off; `ettametta captions` lists them"},
        {"--title", "TEXT", "words over the first three seconds and on the thumbnails"},
        {"--watermark", "FILE", "PNG in the upper right corner"},
        {"--music", "FILE", "mixed below the clip's own sound"},
        {"--encoder",
         "NAME",
         "auto (default), x264, x265, svtav1, nvenc, vaapi, qsv, v4l2",
         {},
         false,
         false,
         {"auto", "x264", "x265", "svtav1", "nvenc", "vaapi", "qsv", "v4l2"}},
        {"--preset", "NAME", "of the encoder (default veryfast)"},
        {"--crf", "N", "0 to 51, less is better and larger (default 20)"}};
}

static double number(std::string_view filter, std::string_view part, std::string_view text)
{
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        base::fail(base::ErrorCode::InvalidInput, "--filter {}: '{}' is not like amount=0.3", filter, part);
    return value;
}

plan::FilterCall parse_filter(std::string_view text)
{
    auto const colon = text.find(':');
    plan::FilterCall call{std::string(text.substr(0, colon)), {}};
    if (call.name.empty()) base::fail(base::ErrorCode::InvalidInput, "--filter: '{}' names no filter", text);
    if (colon == std::string_view::npos) return call;
    for (auto const& part : base::split(text.substr(colon + 1), ',')) {
        auto const equals = part.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == part.size())
            base::fail(base::ErrorCode::InvalidInput, "--filter {}: '{}' is not like amount=0.3", call.name, part);
        auto const key = part.substr(0, equals);
        auto const value = part.substr(equals + 1);
        if (key == "times")
            for (auto const& time : base::split(value, '+')) call.times.push_back(number(call.name, part, time));
        else if (key == "file")
            call.options[key] = std::filesystem::absolute(value).lexically_normal().string();
        else if (value.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos)
            call.options[key] = value;
        else
            call.values[key] = number(call.name, part, value);
    }
    return call;
}

studio::EditOptions read_edit_options(Arguments const& arguments, std::uint64_t seed, double target_seconds)
{
    studio::EditOptions options;
    options.look = arguments.text("--look");
    for (auto const& text : arguments.all("--filter")) options.filters.push_back(parse_filter(text));
    options.platform = arguments.text("--platform");
    options.aspect = arguments.text("--aspect", "9:16");
    options.layout = base::enum_value<studio::Layout>(arguments.text("--layout", "auto"), "--layout");
    options.trim = studio::parse_trim(arguments.text("--trim", "hook"));
    options.trim.target_seconds = target_seconds;
    options.captions = arguments.text("--captions");
    if (arguments.has("--transcript")) options.transcript = arguments.text("--transcript");
    options.title = arguments.text("--title");
    if (arguments.has("--watermark")) options.watermark = arguments.text("--watermark");
    if (arguments.has("--music")) options.music = arguments.text("--music");
    if (arguments.has("--voice")) {
        auto const voice = arguments.text("--voice");
        if (studio::is_spoken_text(voice))
            options.narration = voice;
        else
            options.voice = voice;
    }
    options.encoder.name = arguments.text("--encoder", "auto");
    options.encoder.preset = arguments.text("--preset", "veryfast");
    options.encoder.crf = static_cast<int>(arguments.integer("--crf", 20, 0, 51));
    options.seed = seed;
    return options;
}

} // namespace app
