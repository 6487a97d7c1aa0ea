#include "media/captions/card_art.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace media {

static constexpr double width_max_share = 0.84;   // of the canvas: nothing is read well at the very edge
static constexpr double width_max_upright = 0.76; // of one higher than wide: platforms put buttons at its side
static constexpr double edge_share = 0.02;        // of the height that stays free above and below
static constexpr double outline_min = 0.0018;     // of the height: with less, the edge could not hold the contrast
static constexpr double grow_room = 0.10; // of the em on each side, so that a grown word leaves its neighbours be
static constexpr double shadow_opacity = 0.62;
static constexpr std::size_t pieces_max = 256;
/// A word that pops out grows a little too far and falls back.
static constexpr std::array<double, CardArt::growth_steps + 1> growth{0.45, 1.2, 1.08, 1.0};

enum Kind { Shadow, Box, Marker, Outline, Fill, LitFill, MarkedFill, Raised, Whole };

CaptionColors caption_colors(plan::CaptionStyle const& style)
{
    CaptionColors colors;
    colors.boxed = !style.box_color.empty();
    colors.text = plan::parse_color(style.color, "captions.style.color");
    colors.lit = plan::parse_color(style.highlight_color, "captions.style.highlight_color");
    auto const edge = colors.boxed ? plan::parse_color(style.box_color, "captions.style.box_color")
                                   : plan::parse_color(style.outline_color, "captions.style.outline_color");
    auto const luminance = plan::relative_luminance(colors.text);
    colors.edge = plan::with_contrast(edge, {luminance});
    auto const marked = style.motion == plan::CaptionMotion::Marker;
    if (!marked) colors.lit = plan::with_contrast(colors.lit, {plan::relative_luminance(colors.edge)});
    colors.on_marker = plan::with_contrast(colors.edge, {plan::relative_luminance(colors.lit)});
    return colors;
}

static double share_of_width(plan::Canvas const& canvas)
{
    return canvas.height > canvas.width ? width_max_upright : width_max_share;
}

static double width_max(plan::CaptionStyle const& style, plan::Canvas const& canvas)
{
    auto const padding = style.box_color.empty() ? 0.0 : 2 * style.box_padding * canvas.height * 1.4;
    return std::max(16.0, canvas.width * share_of_width(canvas) - padding);
}

CardArt::CardArt(FontSet const& fonts, plan::CaptionStyle const& style, CaptionColors const& colors,
                 plan::Canvas const& canvas, MarkedText marked)
    : style_(style), colors_(colors), canvas_(canvas),
      outline_(colors.boxed ? 0 : std::max(style.outline, outline_min) * canvas.height),
      block_(fonts, std::move(marked), style, canvas, width_max(style, canvas))
{
    auto const& words = block_.words();
    auto const apart = std::ranges::adjacent_find(words, [](auto const& one, auto const& next) {
                           return next.begin <= one.end;
                       }) == words.end();
    auto const lights =
        style.motion == plan::CaptionMotion::Highlight || style.motion == plan::CaptionMotion::Typewriter;
    whole_ = apart && !lights && outline_ > 0 && style.outline_opacity >= 1;
}

double CardArt::margin() const { return colors_.boxed ? style_.box_padding * canvas_.height : outline_; }

std::pair<int, int> CardArt::origin(double position) const
{
    auto const side = colors_.boxed ? margin() * 1.4 : margin();
    auto const x = style_.align == plan::CaptionAlign::Left
                       ? canvas_.width * (1 - share_of_width(canvas_)) / 2 + side - block_.left()
                       : canvas_.width / 2.0 - (block_.left() + block_.right()) / 2;
    auto const half = (block_.bottom() - block_.top()) / 2 + margin();
    auto const lowest = canvas_.height * (1 - edge_share) - half;
    auto const middle = std::max(std::min(position * canvas_.height, lowest), canvas_.height * edge_share + half);
    auto const even = [](double value) { return static_cast<int>(std::lround(value / 2)) * 2; };
    return {even(x), even(middle - (block_.top() + block_.bottom()) / 2)};
}

CardArt::Area CardArt::area(double position) const
{
    auto const [x, y] = origin(position);
    auto const side = colors_.boxed ? margin() * 1.4 : margin();
    return {static_cast<int>(x + block_.left() - side), static_cast<int>(y + block_.top() - margin()),
            static_cast<int>(x + block_.right() + side), static_cast<int>(y + block_.bottom() + margin())};
}

std::vector<double> CardArt::scales(std::size_t word) const
{
    auto const& placed = block_.words()[word];
    auto const room = 1 + 2 * grow_room * block_.size() / std::max(1.0, placed.right - placed.left);
    auto const most = std::min(style_.pop, std::max(room, 1.04));
    std::vector<double> steps;
    for (auto const share : growth) steps.push_back(1 + (most - 1) * share);
    return steps;
}

/// The spoken word above the others.
Piece const& CardArt::raised(Moment const& moment)
{
    Key const key{Raised, moment.lit, static_cast<std::size_t>(std::clamp(moment.grown, 0, growth_steps))};
    if (!pieces_.contains(key)) {
        auto steps =
            paint_growing_word(block_, moment.lit, {.color = colors_.lit, .edge = colors_.edge, .edge_width = outline_},
                               scales(moment.lit));
        for (std::size_t i = 0; i < steps.size(); ++i)
            pieces_.insert_or_assign({Raised, moment.lit, i}, std::move(steps[i]));
    }
    return pieces_.at(key);
}

/// Whole letters of the spoken word.
std::size_t CardArt::typed_bytes(Moment const& moment) const
{
    auto const& word = block_.words()[moment.lit];
    auto const* text = block_.text() + word.begin;
    auto const length = word.end - word.begin;
    auto bytes = static_cast<std::size_t>(std::ceil(std::clamp(moment.typed, 0.0, 1.0) * static_cast<double>(length)));
    while (bytes < length && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) ++bytes;
    return bytes;
}

Piece CardArt::make(Key const& key, std::size_t typed) const
{
    auto const kind = std::get<0>(key);
    auto const word = std::get<1>(key);
    auto const height = canvas_.height;
    auto const padding = style_.box_padding * height;
    switch (kind) {
    case Shadow: return paint_shadow(block_, {0, 0, 0}, style_.shadow_blur * height, outline_);
    case Box: {
        auto const bar = style_.accent_color.empty() ? 0.0 : padding * 0.55;
        auto const bar_color =
            style_.accent_color.empty() ? plan::Rgb{} : plan::parse_color(style_.accent_color, "captions.accent_color");
        return paint_box({block_.left() - padding * 1.4, block_.top() - padding, block_.right() + padding * 1.4,
                          block_.bottom() + padding * 0.85, style_.box_radius * height, colors_.edge, bar, bar_color});
    }
    case Marker: {
        auto const& placed = block_.words()[word];
        if (placed.runs.empty()) return {};
        auto const em = block_.size();
        auto const baseline = placed.runs.front().baseline;
        return paint_box({placed.left - em * 0.14,
                          std::min(placed.top, baseline - em * 0.72) - em * 0.12,
                          placed.right + em * 0.14,
                          std::max(placed.bottom, baseline + em * 0.2) + em * 0.08,
                          em * 0.18,
                          colors_.lit,
                          0,
                          {}});
    }
    case Whole:
        return paint_word(block_, word,
                          {.color = colors_.text, .bytes = typed, .edge = colors_.edge, .edge_width = outline_});
    case Outline: return paint_word(block_, word, {colors_.edge, outline_, 1, typed});
    case LitFill: return paint_word(block_, word, {colors_.lit, 0, 1, typed});
    case MarkedFill: return paint_word(block_, word, {colors_.on_marker, 0, 1, typed});
    default: return paint_word(block_, word, {colors_.text, 0, 1, typed});
    }
}

Piece const& CardArt::piece(Key const& key, std::size_t typed)
{
    if (auto const found = pieces_.find(key); found != pieces_.end()) return found->second;
    if (pieces_.size() >= pieces_max) pieces_.clear();
    return pieces_.emplace(key, make(key, typed)).first->second;
}

static constexpr auto all_bytes = static_cast<std::size_t>(-1);

/// Letters, or what stands around them, of all words that are not drawn in a way of their own.
void CardArt::draw_words(Picture& picture, Moment const& moment, bool outlines, int x, int y)
{
    using plan::CaptionMotion;
    auto const motion = style_.motion;
    auto const typing = motion == CaptionMotion::Typewriter;
    auto const opacity = outlines ? static_cast<int>(std::lround(moment.edge_opacity * opaque)) : opaque;
    auto const count = typing ? moment.lit + 1 : block_.words().size();
    for (std::size_t word = 0; word < count; ++word) {
        auto const lit = word == moment.lit;
        if (lit && motion == CaptionMotion::Pop && !colors_.boxed) continue; // stands above the others
        if (lit && outlines && motion == CaptionMotion::Marker) continue;    // stands on its marker
        auto kind = outlines ? Outline : whole_ ? Whole : Fill;
        if (!outlines && lit && motion == CaptionMotion::Marker) kind = MarkedFill;
        if (!outlines && (motion == CaptionMotion::Highlight || motion == CaptionMotion::Pop) &&
            (lit || (style_.keep_lit && word < moment.lit)))
            kind = LitFill;
        auto const bytes = typing && lit ? typed_bytes(moment) : all_bytes;
        auto const& drawn = piece({kind, word, typing && lit ? bytes : 0}, bytes);
        blend(picture, drawn.bitmap, x + drawn.left, y + drawn.top, opacity);
    }
}

void CardArt::draw(Picture& picture, Moment const& moment, double position)
{
    auto const [x, y] = origin(position);
    auto const put = [&](Piece const& drawn, int left, int top, int opacity) {
        blend(picture, drawn.bitmap, left + drawn.left, top + drawn.top, opacity);
    };
    auto const down = static_cast<int>(std::lround(style_.shadow * canvas_.height / 2)) * 2;
    auto const typing = style_.motion == plan::CaptionMotion::Typewriter;
    if (style_.shadow_blur > 0 && !colors_.boxed && !typing)
        put(piece({Shadow, 0, 0}, all_bytes), x, y + down, static_cast<int>(shadow_opacity * opaque));
    if (colors_.boxed)
        put(piece({Box, 0, 0}, all_bytes), x, y, static_cast<int>(std::lround(moment.edge_opacity * opaque)));
    if (outline_ > 0 && !whole_) draw_words(picture, moment, true, x, y);
    if (style_.motion == plan::CaptionMotion::Marker) put(piece({Marker, moment.lit, 0}, all_bytes), x, y, opaque);
    draw_words(picture, moment, false, x, y);
    if (style_.motion == plan::CaptionMotion::Pop && !colors_.boxed) put(raised(moment), x, y, opaque);
}

} // namespace media
