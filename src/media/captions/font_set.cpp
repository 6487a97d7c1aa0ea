#include "media/captions/font_set.h"

#include "base/error.h"
#include "base/file.h"

#include <filesystem>
#include <fontconfig/fontconfig.h>
#include <mutex>
#include <pango/pangofc-fontmap.h>

namespace media {

static constexpr std::size_t fonts_max = 64;

/// Letters that are drawn as pictures where they can be; sizes of fonts made of pictures are scaled.
static constexpr char const* rules = R"(<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<match target="pattern"><test name="family"><string>emoji</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Noto Color Emoji</string></edit></match>
<match target="font"><test name="scalable"><bool>false</bool></test>
<edit name="pixelsizefixupfactor" mode="assign"><divide><name target="pattern">pixelsize</name>
<name target="font">pixelsize</name></divide></edit>
<edit name="matrix" mode="assign"><times><name>matrix</name><matrix><name>pixelsizefixupfactor</name>
<double>0</double><double>0</double><name>pixelsizefixupfactor</name></matrix></times></edit></match>
</fontconfig>)";

namespace {

struct ConfigDeleter {
    void operator()(FcConfig* config) const { FcConfigDestroy(config); }
};
using Config = std::unique_ptr<FcConfig, ConfigDeleter>;
struct DescriptionDeleter {
    void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
};

} // namespace

static Config make_config(std::vector<plan::FontFile> const& fonts)
{
    Config config(FcConfigCreate());
    if (!config) throw std::bad_alloc();
    FcConfigParseAndLoadFromMemory(config.get(), reinterpret_cast<FcChar8 const*>(rules), FcTrue);
    for (auto const& font : fonts) {
        if (!std::filesystem::exists(font.path)) base::fail_errno(ENOENT, "read the font", font.path);
        if (!FcConfigAppFontAddFile(config.get(), reinterpret_cast<FcChar8 const*>(font.path.c_str())))
            base::fail(base::ErrorCode::InvalidInput, "captions.font_path: {} is not a font", font.path);
    }
    return config;
}

/// Reading a collection of ten thousand characters takes a third of a second: the threads of a render, which all want
/// the same files, share the last configuration.
static Config shared_config(std::vector<plan::FontFile> const& fonts)
{
    static std::mutex mutex;
    static std::string last_key;
    static Config last;
    std::string key;
    for (auto const& font : fonts) key += font.path + "\n";
    std::lock_guard const lock(mutex);
    if (!last || last_key != key) {
        last.reset();
        last = make_config(fonts);
        last_key = key;
    }
    FcConfigReference(last.get());
    return Config(last.get());
}

FontSet::FontSet(std::vector<plan::FontFile> const& fonts, std::string const& language, bool bold) : bold_(bold)
{
    if (fonts.empty() || fonts.size() > fonts_max)
        base::fail(base::ErrorCode::InvalidInput, "captions: {} font files are not between 1 and {}", fonts.size(),
                   fonts_max);
    auto const config = shared_config(fonts);
    for (auto const& font : fonts)
        if (font.family.find(',') == std::string::npos) families_ += (families_.empty() ? "" : ",") + font.family;
    map_.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
    if (!map_) base::fail(base::ErrorCode::Internal, "Pango was built without FreeType");
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map_.get()), config.get());
    context_.reset(pango_font_map_create_context(map_.get()));
    pango_context_set_round_glyph_positions(context_.get(), FALSE);
    std::unique_ptr<cairo_font_options_t, decltype(&::cairo_font_options_destroy)> const options(
        cairo_font_options_create(), &::cairo_font_options_destroy);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context_.get(), options.get());
    if (!language.empty()) pango_context_set_language(context_.get(), pango_language_from_string(language.c_str()));
}

FontSet::~FontSet()
{
    context_.reset();
    // Pango 1.50 keeps its reference to the configuration unless it is given another.
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map_.get()), nullptr);
}

std::unique_ptr<PangoLayout, ObjectDeleter> FontSet::layout(double size) const
{
    std::unique_ptr<PangoLayout, ObjectDeleter> layout(pango_layout_new(context_.get()));
    std::unique_ptr<PangoFontDescription, DescriptionDeleter> const description(pango_font_description_new());
    pango_font_description_set_family(description.get(), families_.c_str());
    pango_font_description_set_absolute_size(description.get(), size * PANGO_SCALE);
    if (bold_) pango_font_description_set_weight(description.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout.get(), description.get());
    return layout;
}

} // namespace media

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// Pango's own thread for fontconfig keeps patterns and configurations until the process ends. The name is the
// sanitizer's.
extern "C" char const* __lsan_default_suppressions();                                                     // NOLINT
extern "C" char const* __lsan_default_suppressions() { return "leak:libfontconfig.so\nleak:libpango\n"; } // NOLINT
#endif
#endif
