#include "studio/fonts.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/caption_text.h"

#include <algorithm>
#include <fontconfig/fontconfig.h>
#include <memory>
#include <optional>
#include <set>

namespace studio {

static constexpr char const* emoji_family = "Noto Color Emoji";

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

/// Characters that a reader sees: not spaces, joiners, selectors of variants or marks of direction.
static std::set<char32_t> visible_characters(std::string_view text)
{
    std::set<char32_t> characters;
    for (auto const code : plan::code_points(text)) {
        auto const unseen = code <= 0x20 || code == 0xA0 || (code >= 0x7F && code < 0xA0) ||
                            (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
                            (code >= 0x2060 && code <= 0x206F) || (code >= 0xFE00 && code <= 0xFE0F) ||
                            code == 0x3000 || code == 0xFEFF || code >= 0xE0000;
        if (!unseen) characters.insert(code);
    }
    return characters;
}

static bool is_emoji(char32_t code)
{
    return (code >= 0x1F000 && code <= 0x1FAFF) || (code >= 0x2600 && code <= 0x27BF) || code == 0x20E3;
}

static std::optional<Pattern> match(FcConfig* config, std::string const& family, bool bold)
{
    Pattern const wanted(FcPatternCreate());
    FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<FcChar8 const*>(family.c_str()));
    if (bold) FcPatternAddInteger(wanted.get(), FC_WEIGHT, FC_WEIGHT_BOLD);
    if (family != emoji_family) FcPatternAddBool(wanted.get(), FC_SCALABLE, FcTrue);
    FcConfigSubstitute(config, wanted.get(), FcMatchPattern);
    FcDefaultSubstitute(wanted.get());
    FcResult result = FcResultNoMatch;
    Pattern font(FcFontMatch(config, wanted.get(), &result));
    FcChar8* file = nullptr;
    if (!font || !is_named(font.get(), family) || FcPatternGetString(font.get(), FC_FILE, 0, &file) != FcResultMatch)
        return std::nullopt;
    return font;
}

static std::set<char32_t> lacking(FcPattern* font, std::set<char32_t> const& characters)
{
    FcCharSet* set = nullptr;
    if (FcPatternGetCharSet(font, FC_CHARSET, 0, &set) != FcResultMatch) return characters;
    std::set<char32_t> missing;
    for (auto const code : characters)
        if (!FcCharSetHasChar(set, static_cast<FcChar32>(code))) missing.insert(code);
    return missing;
}

/// The file, and the family under its first (English) name or the one that was asked for in a collection.
static plan::FontFile file_of(FcPattern* font, std::string const& asked)
{
    FcChar8* file = nullptr;
    FcPatternGetString(font, FC_FILE, 0, &file);
    FcChar8* name = nullptr;
    std::string family = asked;
    auto named = false;
    for (int i = 0; FcPatternGetString(font, FC_FAMILY, i, &name) == FcResultMatch; ++i)
        named = named || base::lower_ascii(reinterpret_cast<char const*>(name)) == base::lower_ascii(asked);
    if (!named && FcPatternGetString(font, FC_FAMILY, 0, &name) == FcResultMatch)
        family = reinterpret_cast<char const*>(name);
    return {reinterpret_cast<char const*>(file), family};
}

static FontConfig open_config()
{
    FontConfig config(FcInitLoadConfigAndFonts());
    if (!config)
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package fontconfig-config"},
                   "fontconfig can't be read");
    return config;
}

[[noreturn]] static void fail_without_font(std::vector<std::string> const& families)
{
    std::string asked;
    for (auto const& family : families) asked += (asked.empty() ? "" : ", ") + family;
    base::fail(base::ErrorCode::Unavailable, base::Next{"install the package fonts-lato or fonts-dejavu-core"},
               "no font of these is installed: {}", asked);
}

Font find_font(std::vector<std::string> const& families, bool bold, std::string_view text)
{
    auto const config = open_config();
    auto const characters = visible_characters(text);
    std::optional<Font> best;
    for (auto const& family : families) {
        auto const font = match(config.get(), family, bold);
        if (!font) continue;
        auto const missing = lacking(font->get(), characters).size();
        if (best && best->missing_characters <= missing) continue;
        auto const file = file_of(font->get(), family);
        best = Font{file.path, file.family, missing};
        if (missing == 0) break;
    }
    if (!best) fail_without_font(families);
    return *best;
}

std::string language_of(std::string_view text)
{
    auto const codes = plan::code_points(text);
    auto const has = [&](char32_t first, char32_t last) {
        return std::ranges::any_of(codes, [&](char32_t code) { return code >= first && code <= last; });
    };
    if (has(0x3040, 0x30FF)) return "ja";
    if (has(0xAC00, 0xD7A3) || has(0x1100, 0x11FF)) return "ko";
    if (has(0x4E00, 0x9FFF)) return "zh-Hans";
    if (has(0x0E00, 0x0E7F)) return "th";
    if (has(0x0900, 0x097F)) return "hi";
    if (has(0x0590, 0x05FF)) return "he";
    if (has(0x0600, 0x06FF)) return "ar";
    return "";
}

/// The Chinese, Japanese and Korean faces of one family draw the same character differently.
static bool suits_language(std::string const& family, std::string const& language)
{
    auto const ends = [&](std::string_view name) { return family.ends_with(name); };
    if (family.find(" CJK ") == std::string::npos) return true;
    if (language == "ja") return ends("JP");
    if (language == "ko") return ends("KR");
    return ends("SC");
}

FontList find_fonts(std::vector<std::string> const& families, bool bold, std::string_view text)
{
    auto const config = open_config();
    auto const language = language_of(text);
    FontList list;
    auto missing = visible_characters(text);
    auto const add = [&](std::string const& family, bool needed) {
        auto const font = match(config.get(), family, bold);
        if (!font) return;
        auto left = lacking(font->get(), missing);
        if (!needed && left.size() == missing.size()) return;
        list.fonts.push_back(file_of(font->get(), family));
        missing = std::move(left);
    };
    auto const drawn = std::ranges::any_of(missing, is_emoji) || text.find("\uFE0F") != std::string_view::npos;
    for (auto const& family : families) {
        if (list.fonts.empty()) {
            add(family, true);
            if (!list.fonts.empty() && drawn) add(emoji_family, true);
        } else if (missing.empty()) {
            break;
        } else if (suits_language(family, language)) {
            add(family, false);
        }
    }
    if (list.fonts.empty()) fail_without_font(families);
    list.missing_characters = missing.size();
    return list;
}

} // namespace studio
