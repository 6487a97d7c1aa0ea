#include "media/captions/overlay.h"

#include "media/captions/backdrop.h"
#include "media/captions/card_art.h"

#include <algorithm>
#include <deque>

namespace media {

static constexpr std::size_t arts_max = 2; // cards whose drawings are kept
static constexpr double growth_seconds = 0.1;

struct CaptionOverlay::State {
    State(plan::Captions const& wanted, plan::Canvas const& size, double clip_seconds)
        : captions(wanted), canvas(size), colors(caption_colors(captions.style)),
          fonts(all_fonts(wanted), wanted.language, wanted.style.bold), cards(plan::caption_cards(wanted, clip_seconds))
    {
    }
    static std::vector<plan::FontFile> all_fonts(plan::Captions const& captions)
    {
        std::vector<plan::FontFile> fonts{{captions.font_path, captions.font_family}};
        fonts.insert(fonts.end(), captions.fallback_fonts.begin(), captions.fallback_fonts.end());
        return fonts;
    }
    CardArt& art(std::size_t card)
    {
        for (auto& [index, art] : arts)
            if (index == card) return *art;
        if (arts.size() >= arts_max) arts.pop_front();
        arts.emplace_back(
            card, std::make_unique<CardArt>(fonts, captions.style, colors, canvas, marked_text(captions, cards[card])));
        return *arts.back().second;
    }
    CardArt::Moment moment(plan::CaptionCard const& card, double at) const;
    Strength strength(Picture const& picture, CardArt::Area const& area);

    plan::Captions captions;
    plan::Canvas canvas;
    CaptionColors colors;
    FontSet fonts;
    std::vector<plan::CaptionCard> cards;
    std::deque<std::pair<std::size_t, std::unique_ptr<CardArt>>> arts;
    plan::CaptionFacts facts;
};

CaptionOverlay::CaptionOverlay(plan::Captions const& captions, plan::Canvas const& canvas, double clip_seconds)
    : state_(std::make_unique<State>(captions, canvas, clip_seconds))
{
}

CaptionOverlay::~CaptionOverlay() = default;
CaptionOverlay::CaptionOverlay(CaptionOverlay&&) noexcept = default;
CaptionOverlay& CaptionOverlay::operator=(CaptionOverlay&&) noexcept = default;

/// A word stays lit until the next one begins, so that the eye is led without gaps.
CardArt::Moment CaptionOverlay::State::moment(plan::CaptionCard const& card, double at) const
{
    CardArt::Moment moment;
    std::size_t index = 0;
    plan::Word const* spoken = nullptr;
    for (auto const& line : card.lines)
        for (auto const word : line) {
            if (!spoken || captions.words[word].start <= at) {
                moment.lit = index;
                spoken = &captions.words[word];
            }
            ++index;
        }
    if (!spoken) return moment;
    auto const since = std::max(0.0, at - spoken->start);
    moment.grown = std::min(CardArt::growth_steps, static_cast<int>(since / growth_seconds * CardArt::growth_steps));
    moment.typed = since / std::max(0.05, 0.8 * (spoken->end - spoken->start));
    return moment;
}

/// How strong the outline or box must be on this picture; noted in the facts.
Strength CaptionOverlay::State::strength(Picture const& picture, CardArt::Area const& area)
{
    auto const backdrop = measure_backdrop(picture, area.left, area.top, area.right, area.bottom);
    auto const least = colors.boxed ? captions.style.box_opacity : captions.style.outline_opacity;
    auto const text = plan::relative_luminance(colors.text);
    auto const lights =
        captions.style.motion == plan::CaptionMotion::Highlight || captions.style.motion == plan::CaptionMotion::Pop;
    auto const lit = lights ? plan::relative_luminance(colors.lit) : text;
    auto const strength = strength_needed(backdrop, colors.edge, std::clamp(least, 0.0, 1.0), {text, lit});
    facts.contrast_min = std::min(facts.contrast_min, strength.contrast);
    ++facts.frames;
    if (strength.opacity > least + 1e-9) ++facts.strengthened;
    return strength;
}

void CaptionOverlay::draw(Picture& picture, double at_seconds)
{
    auto& state = *state_;
    auto const next = std::ranges::upper_bound(state.cards, at_seconds, {}, &plan::CaptionCard::start);
    if (next == state.cards.begin() || at_seconds >= (next - 1)->end) return;
    auto const& card = *(next - 1);
    auto& art = state.art(static_cast<std::size_t>(next - 1 - state.cards.begin()));
    auto const position = plan::caption_position(state.captions, card.start);
    auto moment = state.moment(card, at_seconds);
    moment.edge_opacity = state.strength(picture, art.area(position)).opacity;
    art.draw(picture, moment, position);
}

plan::CaptionFacts const& CaptionOverlay::facts() const { return state_->facts; }

plan::CaptionFacts CaptionOverlay::measure_cards() const
{
    auto const& state = *state_;
    plan::CaptionFacts facts;
    for (auto const& card : state.cards) {
        CardArt const art(state.fonts, state.captions.style, state.colors, state.canvas,
                          marked_text(state.captions, card));
        ++facts.cards;
        facts.missing_glyphs += art.block().missing_glyphs();
        facts.shrunk_cards += art.block().shrunk() ? 1 : 0;
        facts.shortened_cards += art.block().shortened() ? 1 : 0;
        auto const speed = card.characters_per_second();
        facts.fast_cards += speed > plan::reading_speed_max + 0.05 ? 1 : 0;
        facts.characters_per_second_max = std::max(facts.characters_per_second_max, speed);
    }
    return facts;
}

} // namespace media
