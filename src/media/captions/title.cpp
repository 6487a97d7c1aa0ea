#include "media/captions/title.h"

#include "base/error.h"
#include "base/text.h"
#include "media/captions/backdrop.h"
#include "media/captions/card_art.h"
#include "plan/caption_text.h"

#include <algorithm>
#include <limits>

namespace media {

static constexpr std::size_t title_bytes_max = 500;

/// The title's words as captions that all stand at once.
static plan::Captions as_captions(plan::Title const& title)
{
    if (title.text.size() > title_bytes_max)
        base::fail(base::ErrorCode::InvalidInput, "title: {} bytes are more than the limit of {}", title.text.size(),
                   title_bytes_max);
    plan::Captions captions;
    captions.style = title.style;
    captions.style.motion = plan::CaptionMotion::None;
    for (auto const& line : base::split(base::clean_utf8(title.text), '\n'))
        for (auto const& part : base::split(line, ' '))
            for (auto& word : plan::split_unspaced(base::trim(part)))
                if (!word.empty()) captions.words.push_back({std::move(word), 0, 1, {}});
    return captions;
}

/// As few lines as will do, as even as can be; a title may have more of them than a caption.
static plan::CaptionCard one_card(plan::Captions const& captions)
{
    auto const& words = captions.words;
    auto const limit = captions.style.characters_per_line_max;
    constexpr double line_cost = 1e6; // above any unevenness
    std::vector<double> costs(words.size() + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> from(words.size() + 1, 0);
    costs[0] = 0;
    for (std::size_t begin = 0; begin < words.size(); ++begin) {
        int width = 0;
        for (auto end = begin + 1; end <= words.size(); ++end) {
            auto const spaced = end > begin + 1 && plan::has_space_between(words[end - 2].text, words[end - 1].text);
            width += plan::display_width(words[end - 1].text) + (spaced ? 1 : 0);
            if (width > limit && end > begin + 1) break;
            auto const slack = std::max(0, limit - width);
            auto const cost = costs[begin] + line_cost + static_cast<double>(slack) * slack;
            if (cost >= costs[end]) continue;
            costs[end] = cost;
            from[end] = begin;
        }
    }
    plan::CaptionCard card{0, 1, {}, 0};
    for (auto end = words.size(); end > 0; end = from[end]) {
        std::vector<std::size_t> line;
        for (auto i = from[end]; i < end; ++i) line.push_back(i);
        card.lines.insert(card.lines.begin(), std::move(line));
    }
    return card;
}

struct TitleOverlay::State {
    State(plan::Title const& wanted, plan::Canvas const& canvas)
        : title(wanted), captions(as_captions(wanted)), colors(caption_colors(captions.style)),
          fonts(wanted.fonts, "", captions.style.bold),
          art(fonts, captions.style, colors, canvas, marked_text(captions, one_card(captions)))
    {
    }
    plan::Title title;
    plan::Captions captions;
    CaptionColors colors;
    FontSet fonts;
    CardArt art;
};

TitleOverlay::TitleOverlay(plan::Title const& title, plan::Canvas const& canvas)
    : state_(std::make_unique<State>(title, canvas))
{
}

TitleOverlay::~TitleOverlay() = default;
TitleOverlay::TitleOverlay(TitleOverlay&&) noexcept = default;
TitleOverlay& TitleOverlay::operator=(TitleOverlay&&) noexcept = default;

void TitleOverlay::draw(Picture& picture, double at_seconds)
{
    auto& state = *state_;
    if (at_seconds < state.title.from || at_seconds >= state.title.to || state.captions.words.empty()) return;
    auto const position = state.captions.style.position;
    auto const area = state.art.area(position);
    auto const least = state.colors.boxed ? state.captions.style.box_opacity : state.captions.style.outline_opacity;
    CardArt::Moment moment;
    moment.edge_opacity =
        strength_needed(measure_backdrop(picture, area.left, area.top, area.right, area.bottom), state.colors.edge,
                        std::clamp(least, 0.0, 1.0), {plan::relative_luminance(state.colors.text)})
            .opacity;
    state.art.draw(picture, moment, position);
}

plan::CaptionFacts TitleOverlay::facts() const
{
    plan::CaptionFacts facts;
    facts.cards = 1;
    facts.missing_glyphs = state_->art.block().missing_glyphs();
    facts.shrunk_cards = state_->art.block().shrunk() ? 1 : 0;
    facts.shortened_cards = state_->art.block().shortened() ? 1 : 0;
    return facts;
}

void draw_title(Picture& picture, std::string const& text, std::vector<plan::FontFile> const& fonts,
                plan::CaptionStyle const& style)
{
    TitleOverlay({text, 0, 1, style, fonts}, {picture.width(), picture.height(), 30, 1}).draw(picture, 0);
}

} // namespace media
