#include "media/captions/text_block.h"

#include "base/text.h"
#include "plan/caption_text.h"

#include <algorithm>
#include <clocale>
#include <cmath>
#include <cwctype>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-font.h>

namespace media {

static constexpr double size_min_share = 0.55;      // of the style's size: smaller is no longer read in passing
static constexpr std::size_t card_bytes_max = 4096; // no card that is drawn needs more
static constexpr double capital_share = 0.72;       // of the em, in most fonts
static constexpr double descender_share = 0.2;
static constexpr int lines_broken_max = 3;
static constexpr std::size_t emoji_bytes_max = 256;
static constexpr double emoji_share = 0.9;   // of the text's size
static constexpr double outline_share = 1.2; // of the outline's width, by which spaces are widened

std::string upper(std::string const& text)
{
    static std::unique_ptr<std::remove_pointer_t<locale_t>, decltype(&::freelocale)> const locale(
        ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), &::freelocale);
    if (!locale) return text;
    std::string out;
    for (auto const code : plan::code_points(text)) {
        if (code == U'\u00DF') // has no capital of its own
            out += "SS";
        else
            plan::append_utf8(out, static_cast<char32_t>(::towupper_l(static_cast<wint_t>(code), locale.get())));
    }
    return out;
}

/// What can't be drawn or would break the line structure is left out.
static std::string clean(std::string_view text)
{
    std::string out;
    for (auto const code : plan::code_points(base::clean_utf8(text))) {
        if (code == U'\n' || code == U'\t' || code == 0x2028 || code == 0x2029)
            out += ' ';
        else if (code < 0x202A || code > 0x202E) // overrides of direction would swallow the rest of the card
            plan::append_utf8(out, code);
    }
    return out;
}

MarkedText marked_text(plan::Captions const& captions, plan::CaptionCard const& card)
{
    MarkedText marked;
    for (std::size_t i = 0; i < card.lines.size(); ++i) {
        if (i > 0) marked.text += '\n';
        for (std::size_t k = 0; k < card.lines[i].size(); ++k) {
            auto const& word = captions.words[card.lines[i][k]].text;
            if (k > 0 && plan::has_space_between(captions.words[card.lines[i][k - 1]].text, word)) marked.text += ' ';
            auto const shown = base::truncate_utf8(clean(word), card_bytes_max);
            auto const begin = marked.text.size();
            marked.text += captions.style.uppercase ? upper(shown) : shown;
            marked.words.push_back({begin, marked.text.size()});
        }
    }
    return marked;
}

static double samples(int units) { return static_cast<double>(units) / PANGO_SCALE; }

TextBlock::TextBlock(FontSet const& fonts, MarkedText marked, plan::CaptionStyle const& style,
                     plan::Canvas const& canvas, double width_max)
    : marked_(std::move(marked))
{
    lay_out(fonts, style, canvas, width_max);
    collect();
}

static bool is_emoji(char32_t code)
{
    return (code >= 0x1F000 && code <= 0x1FAFF) || (code >= 0x2600 && code <= 0x27BF) || code == 0xFE0F ||
           code == 0x200D || code == 0x20E3 || (code >= 0xE0020 && code <= 0xE007F);
}

/// How many bytes of emoji the text begins with: one attribute for all of them, or what belongs together falls apart.
static std::size_t emoji_bytes(std::string_view text)
{
    if (text.empty() || static_cast<unsigned char>(text[0]) < 0xE2) return 0;
    std::string run;
    for (auto const code : plan::code_points(text.substr(0, emoji_bytes_max))) {
        if (!is_emoji(code)) break;
        plan::append_utf8(run, code);
    }
    return run.size();
}

static void put(PangoAttrList* list, PangoAttribute* attribute, std::size_t begin, std::size_t end)
{
    attribute->start_index = static_cast<guint>(begin);
    attribute->end_index = static_cast<guint>(end);
    pango_attr_list_insert(list, attribute);
}

/// Runs are parted where words meet: attributes that differ do that without touching the shapes. Spaces are widened by
/// what outlines take of them, and emoji are brought down to the height of the letters.
void TextBlock::mark_words(double space)
{
    auto* const list = pango_attr_list_new();
    for (std::size_t i = 0; i < marked_.text.size();) {
        auto end = i + 1;
        if (marked_.text[i] == ' ')
            put(list, pango_attr_letter_spacing_new(static_cast<int>(space * PANGO_SCALE)), i, end);
        else if (auto const run = emoji_bytes(std::string_view(marked_.text).substr(i)); run > 0)
            put(list, pango_attr_scale_new(emoji_share), i, end = i + run);
        i = end;
    }
    std::uint16_t tint = 1;
    for (auto const& range : marked_.words) {
        put(list, pango_attr_foreground_new(tint, 0, 0), range.begin, range.end);
        tint = static_cast<std::uint16_t>(tint + 1);
    }
    pango_layout_set_attributes(layout_.get(), list);
    pango_attr_list_unref(list);
}

void TextBlock::lay_out(FontSet const& fonts, plan::CaptionStyle const& style, plan::Canvas const& canvas,
                        double width_max)
{
    size_ = style.size * canvas.height;
    auto const prepare = [&] {
        layout_ = fonts.layout(size_);
        pango_layout_set_alignment(layout_.get(),
                                   style.align == plan::CaptionAlign::Left ? PANGO_ALIGN_LEFT : PANGO_ALIGN_CENTER);
        pango_layout_set_line_spacing(layout_.get(), static_cast<float>(style.line_spacing));
        pango_layout_set_text(layout_.get(), marked_.text.data(), static_cast<int>(marked_.text.size()));
        mark_words(style.box_color.empty() ? outline_share * style.outline * canvas.height : 0);
        PangoRectangle logical;
        pango_layout_get_extents(layout_.get(), nullptr, &logical);
        return samples(logical.width);
    };
    auto const width = prepare();
    if (width > width_max) {
        shrunk_ = true;
        size_ *= std::max(size_min_share, width_max / width * 0.995);
        if (prepare() > width_max) {
            pango_layout_set_width(layout_.get(), static_cast<int>(width_max * PANGO_SCALE));
            pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
            pango_layout_set_height(layout_.get(), -lines_broken_max);
            pango_layout_set_ellipsize(layout_.get(), PANGO_ELLIPSIZE_END);
            shortened_ = pango_layout_is_ellipsized(layout_.get()) != 0;
        }
    }
    missing_ = pango_layout_get_unknown_glyphs_count(layout_.get());
}

static bool is_picture_font(PangoFont* font)
{
    if (!PANGO_IS_FC_FONT(font)) return false;
    FcPattern* pattern = nullptr;
    g_object_get(font, "pattern", &pattern, nullptr);
    FcBool color = FcFalse;
    return pattern && FcPatternGetBool(pattern, FC_COLOR, 0, &color) == FcResultMatch && color;
}

void TextBlock::add_run(PangoLayoutIter* iter, PangoLayoutRun* run)
{
    auto const offset = static_cast<std::size_t>(std::max(0, run->item->offset));
    auto const found = std::ranges::upper_bound(words_, offset, {}, &Word::begin);
    if (found == words_.begin()) return;
    auto& word = *(found - 1);
    if (offset >= word.end) return; // a space
    PangoRectangle ink;
    PangoRectangle logical;
    pango_layout_iter_get_run_extents(iter, &ink, &logical);
    Run const placed{run, samples(logical.x), samples(pango_layout_iter_get_baseline(iter)),
                     is_picture_font(run->item->analysis.font)};
    auto const left = samples(std::min(ink.x, logical.x));
    auto const right = samples(std::max(ink.x + ink.width, logical.x + logical.width));
    auto const top = samples(ink.y);
    auto const bottom = samples(ink.y + ink.height);
    auto const first = word.runs.empty();
    word.left = first ? left : std::min(word.left, left);
    word.right = first ? right : std::max(word.right, right);
    word.top = first ? top : std::min(word.top, top);
    word.bottom = first ? bottom : std::max(word.bottom, bottom);
    word.center_x = (word.left + word.right) / 2;
    word.center_y = placed.baseline - size_ * capital_share / 2;
    word.runs.push_back(placed);
}

void TextBlock::collect()
{
    for (auto const& range : marked_.words)
        words_.push_back({.runs = {}, .begin = range.begin, .end = std::max(range.end, range.begin)});
    std::unique_ptr<PangoLayoutIter, decltype(&::pango_layout_iter_free)> const iter(
        pango_layout_get_iter(layout_.get()), &::pango_layout_iter_free);
    PangoRectangle logical;
    pango_layout_get_extents(layout_.get(), nullptr, &logical);
    left_ = samples(logical.x);
    right_ = samples(logical.x + logical.width);
    top_ = samples(pango_layout_iter_get_baseline(iter.get())) - size_ * capital_share;
    do {
        if (auto* const run = pango_layout_iter_get_run_readonly(iter.get())) add_run(iter.get(), run);
        bottom_ = samples(pango_layout_iter_get_baseline(iter.get())) + size_ * descender_share;
    } while (pango_layout_iter_next_run(iter.get()));
    for (auto const& word : words_) {
        if (word.runs.empty()) continue;
        top_ = std::min(top_, word.top);
        bottom_ = std::max(bottom_, word.bottom);
    }
}

} // namespace media
