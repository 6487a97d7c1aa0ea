#include "media/captions/layout.h"

#include <algorithm>

namespace media {

static constexpr double pause_seconds = 0.7;   // a pause this long ends a card
static constexpr double linger_seconds = 0.35; // a card stays this long after its last word where there is room
static constexpr double card_seconds_min = 0.2;

/// Characters as a reader counts them: code points.
static int length_of(std::string const& text)
{
    return static_cast<int>(std::count_if(text.begin(), text.end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

static bool ends_phrase(std::string const& text)
{
    return !text.empty() && std::string_view(".!?;:,").find(text.back()) != std::string_view::npos;
}

namespace {

/// Fills one card after the other.
class Builder {
public:
    explicit Builder(plan::Captions const& captions) : words_(captions.words), style_(captions.style) {}

    void add(std::size_t index)
    {
        auto const& word = words_[index];
        if (!card_.lines.empty() && must_break(word)) close();
        if (card_.lines.empty() || !fits_line(word)) {
            if (static_cast<int>(card_.lines.size()) >= std::max(1, style_.lines_max)) close();
            card_.lines.emplace_back();
            line_length_ = 0;
        }
        if (card_.lines.size() == 1 && card_.lines[0].empty()) card_.start = word.start;
        card_.lines.back().push_back(index);
        line_length_ += length_of(word.text) + 1;
        card_.end = std::max(word.end, card_.start + card_seconds_min);
        last_ = index;
    }

    std::vector<CaptionCard> finish()
    {
        close();
        return std::move(cards_);
    }

private:
    bool must_break(plan::Word const& word) const
    {
        auto const& last = words_[last_];
        auto const sentence =
            !last.text.empty() && std::string_view(".!?").find(last.text.back()) != std::string_view::npos;
        // A comma ends a card only where the card is already worth reading.
        auto const phrase = ends_phrase(last.text) && line_length_ >= style_.characters_per_line_max / 2;
        return word.start - last.end > pause_seconds || sentence || phrase;
    }
    bool fits_line(plan::Word const& word) const
    {
        auto const& line = card_.lines.back();
        return static_cast<int>(line.size()) < std::max(1, style_.words_per_line_max) &&
               line_length_ + length_of(word.text) <= std::max(4, style_.characters_per_line_max);
    }
    void close()
    {
        if (!card_.lines.empty()) cards_.push_back(std::move(card_));
        card_ = {};
        line_length_ = 0;
    }

    std::vector<plan::Word> const& words_;
    plan::CaptionStyle const& style_;
    std::vector<CaptionCard> cards_;
    CaptionCard card_;
    int line_length_ = 0;
    std::size_t last_ = 0;
};

} // namespace

std::vector<CaptionCard> layout(plan::Captions const& captions, double clip_seconds)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < captions.words.size(); ++i) {
        auto const& word = captions.words[i];
        if (!word.text.empty() && word.end > word.start && word.start < clip_seconds && word.end > 0)
            order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return captions.words[i].start; });
    Builder builder(captions);
    for (auto const index : order) builder.add(index);
    auto cards = builder.finish();
    for (std::size_t i = 0; i < cards.size(); ++i) {
        auto const limit = i + 1 < cards.size() ? cards[i + 1].start : clip_seconds;
        cards[i].end = std::min(cards[i].end + linger_seconds, limit);
        cards[i].start = std::max(0.0, cards[i].start);
    }
    std::erase_if(cards, [](CaptionCard const& card) { return card.end <= card.start; });
    return cards;
}

} // namespace media
