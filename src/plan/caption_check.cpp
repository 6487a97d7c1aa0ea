#include "plan/caption_check.h"

#include "base/error.h"
#include "plan/color.h"

#include <cmath>

namespace plan {

static constexpr std::size_t words_max = 200'000;
static constexpr std::size_t word_bytes_max = 10'000;
static constexpr std::size_t placements_max = 100'000;
static constexpr std::size_t fonts_max = 64;
static constexpr std::size_t title_bytes_max = 500;

static void require_range(std::string_view field, double value, double low, double high)
{
    if (!(value >= low && value <= high))
        base::fail(base::ErrorCode::InvalidInput, "{}: {} is not in [{}, {}]", field, value, low, high);
}

static void require_path(std::string_view field, std::string const& path)
{
    if (path.empty() || path.front() != '/')
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not absolute", field, path);
}

static void require_count(std::string_view field, std::size_t count, std::size_t limit)
{
    if (count > limit) base::fail(base::ErrorCode::InvalidInput, "{}: {} are more than {}", field, count, limit);
}

static void check_style(CaptionStyle const& style, std::string const& field)
{
    auto const range = [&](char const* name, double value, double low, double high) {
        require_range(field + "." + name, value, low, high);
    };
    range("size", style.size, 0.005, 0.5);
    range("outline", style.outline, 0, 0.05);
    range("outline_opacity", style.outline_opacity, 0, 1);
    range("shadow", style.shadow, 0, 0.1);
    range("shadow_blur", style.shadow_blur, 0, 0.1);
    range("box_opacity", style.box_opacity, 0, 1);
    range("box_radius", style.box_radius, 0, 0.5);
    range("box_padding", style.box_padding, 0, 0.2);
    range("position", style.position, 0, 1);
    range("line_spacing", style.line_spacing, 0.5, 3);
    range("pop", style.pop, 1, 2);
    range("words_per_line_max", style.words_per_line_max, 1, 100);
    range("characters_per_line_max", style.characters_per_line_max, 1, 1000);
    range("lines_max", style.lines_max, 1, 2);
    (void)parse_color(style.color, field + ".color");
    (void)parse_color(style.highlight_color, field + ".highlight_color");
    (void)parse_color(style.outline_color, field + ".outline_color");
    if (!style.box_color.empty()) (void)parse_color(style.box_color, field + ".box_color");
    if (!style.accent_color.empty()) (void)parse_color(style.accent_color, field + ".accent_color");
}

void check(Captions const& captions)
{
    check_style(captions.style, "captions.style");
    require_path("captions.font_path", captions.font_path);
    require_count("captions.fallback_fonts", captions.fallback_fonts.size(), fonts_max - 1);
    for (auto const& font : captions.fallback_fonts) require_path("captions.fallback_fonts", font.path);
    require_count("captions.words", captions.words.size(), words_max);
    for (std::size_t i = 0; i < captions.words.size(); ++i)
        require_count(fmt::format("captions.words[{}]: bytes", i), captions.words[i].text.size(), word_bytes_max);
    require_count("captions.placements", captions.placements.size(), placements_max);
    double last = 0;
    for (std::size_t i = 0; i < captions.placements.size(); ++i) {
        auto const& placement = captions.placements[i];
        auto const field = fmt::format("captions.placements[{}]", i);
        require_range(field + ".position", placement.position, 0, 1);
        if (!(placement.start >= last && placement.end >= placement.start))
            base::fail(base::ErrorCode::InvalidInput, "{}: {} to {} runs backwards or into the one before", field,
                       placement.start, placement.end);
        last = placement.end;
    }
}

void check(Title const& title)
{
    check_style(title.style, "title.style");
    require_count("title.text: bytes", title.text.size(), title_bytes_max);
    require_count("title.fonts", title.fonts.size(), fonts_max);
    for (auto const& font : title.fonts) require_path("title.fonts", font.path);
    if (!title.text.empty() && title.fonts.empty())
        base::fail(base::ErrorCode::InvalidInput, "title.fonts: none is named");
    if (!(std::isfinite(title.from) && std::isfinite(title.to) && title.from >= 0 && title.to >= title.from))
        base::fail(base::ErrorCode::InvalidInput, "title: {} to {} is not a part of a clip", title.from, title.to);
}

void check(Watermark const& watermark)
{
    require_path("watermark.path", watermark.path);
    require_range("watermark.opacity", watermark.opacity, 0, 1);
    require_range("watermark.width", watermark.width, 0.01, 1);
}

} // namespace plan
