// What captions cost: processor time of one 1080x1920 picture, and of opening the fonts. Prints one JSON line a style.
#include "base/file.h"
#include "base/json.h"
#include "media/captions/overlay.h"

#include <cstdio>
#include <filesystem>
#include <sys/resource.h>

static double processor_ms()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) * 1000 + static_cast<double>(usage.ru_utime.tv_usec) / 1000;
}

static void measure(plan::CaptionStyle const& style)
{
    plan::Captions captions;
    captions.style = style;
    captions.font_path = "/usr/share/fonts/truetype/lato/Lato-Black.ttf";
    captions.font_family = "Lato";
    char const* const words[]{"Speed", "is", "nothing", "without", "care,", "and", "quality", "has", "a", "name."};
    constexpr double seconds = 60;
    for (int i = 0; i < static_cast<int>(seconds * 2.8); ++i) // about 168 words a minute
        captions.words.push_back({words[i % 10], i / 2.8, (i + 0.9) / 2.8, {}});
    auto const begin = processor_ms();
    media::CaptionOverlay overlay(captions, {1080, 1920}, seconds);
    auto const opened = processor_ms();
    media::Picture picture(1080, 1920);
    picture.fill(90, 120, 130);
    constexpr int frames = static_cast<int>(seconds) * 30;
    for (int frame = 0; frame < frames; ++frame) overlay.draw(picture, frame / 30.0);
    auto const drawn = processor_ms();
    std::printf("{\"style\": \"%s\", \"open_ms\": %.1f, \"frame_ms\": %.4f}\n", style.name.c_str(), opened - begin,
                (drawn - opened) / frames);
}

int main(int count, char** arguments)
{
    std::filesystem::path const folder = count > 1 ? arguments[1] : "catalog/captions";
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        measure(base::read_json<plan::CaptionStyle>(base::read_file(entry.path(), 1 << 16), entry.path().string()));
}
