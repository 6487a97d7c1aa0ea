#include "studio/fonts.h"

#include "base/error.h"
#include "base/text.h"

#include <fontconfig/fontconfig.h>
#include <memory>
#include <optional>

namespace studio {

namespace {

struct PatternDeleter {
    void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
};
struct ConfigDeleter {
    void operator()(FcConfig* config) const { FcConfigDestroy(config); }
};
using Pattern = std::unique_ptr<FcPattern, PatternDeleter>;
using FontConfig = std::unique_ptr<FcConfig, ConfigDeleter>;

} // namespace

/// True where the matched font carries the asked-for name as its family or its full name ("Lato Black").
static bool is_named(FcPattern* font, std::string const& wanted)
{
    for (auto const* object : {FC_FAMILY, FC_FULLNAME}) {
        FcChar8* value = nullptr;
        for (int i = 0; FcPatternGetString(font, object, i, &value) == FcResultMatch; ++i)
            if (base::lower_ascii(reinterpret_cast<char const*>(value)) == base::lower_ascii(wanted)) return true;
    }
    return false;
}

static std::size_t count_missing(FcPattern* font, std::string_view text)
{
    FcCharSet* set = nullptr;
    if (FcPatternGetCharSet(font, FC_CHARSET, 0, &set) != FcResultMatch) return text.size();
    std::size_t missing = 0;
    auto const* at = reinterpret_cast<FcChar8 const*>(text.data());
    auto left = static_cast<int>(text.size());
    while (left > 0) {
        FcChar32 code = 0;
        auto const length = FcUtf8ToUcs4(at, &code, left);
        if (length <= 0) break;
        if (code > 0x20 && !FcCharSetHasChar(set, code)) ++missing;
        at += length;
        left -= length;
    }
    return missing;
}

static std::optional<Font> look_up(FcConfig* config, std::string const& family, bool bold, std::string_view text)
{
    Pattern const wanted(FcPatternCreate());
    FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<FcChar8 const*>(family.c_str()));
    if (bold) FcPatternAddInteger(wanted.get(), FC_WEIGHT, FC_WEIGHT_BOLD);
    FcPatternAddBool(wanted.get(), FC_SCALABLE, FcTrue);
    FcConfigSubstitute(config, wanted.get(), FcMatchPattern);
    FcDefaultSubstitute(wanted.get());
    FcResult result = FcResultNoMatch;
    Pattern const font(FcFontMatch(config, wanted.get(), &result));
    FcChar8* file = nullptr;
    if (!font || !is_named(font.get(), family) || FcPatternGetString(font.get(), FC_FILE, 0, &file) != FcResultMatch)
        return std::nullopt;
    FcChar8* name = nullptr;
    FcPatternGetString(font.get(), FC_FAMILY, 0, &name);
    return Font{reinterpret_cast<char const*>(file), name ? reinterpret_cast<char const*>(name) : family,
                count_missing(font.get(), text)};
}

Font find_font(std::vector<std::string> const& families, bool bold, std::string_view text)
{
    FontConfig const config(FcInitLoadConfigAndFonts());
    if (!config)
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package fontconfig-config"},
                   "fontconfig can't be read");
    std::optional<Font> best;
    std::string asked;
    for (auto const& family : families) {
        asked += (asked.empty() ? "" : ", ") + family;
        auto font = look_up(config.get(), family, bold, text);
        if (!font || (best && best->missing_characters <= font->missing_characters)) continue;
        best = std::move(font);
        if (best->missing_characters == 0) break;
    }
    if (!best)
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package fonts-lato or fonts-dejavu-core"},
                   "no font of these is installed: {}", asked);
    return *best;
}

} // namespace studio
