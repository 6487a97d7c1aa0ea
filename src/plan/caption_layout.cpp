#include "plan/caption_layout.h"

#include "plan/caption_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plan {

namespace {

constexpr double pause_seconds = 0.7;   ///< a pause this long ends a card
constexpr double linger_seconds = 0.35; ///< a card stays this long after its last word where there is room
constexpr double card_seconds_min = 0.2;
constexpr std::size_t card_words_max = 24; ///< also bounds the search

// What a way to break costs; the cheapest is taken.
constexpr double card_cost = 1.0;
constexpr double inside_sentence_end = 7.0; ///< a sentence that ends within a card
constexpr double inside_phrase_end = 0.8;
constexpr double bad_break = 3.0;   ///< after "the", "of" ...
constexpr double good_break = -1.2; ///< after a comma
constexpr double conjunction_break = -0.7;
constexpr double speed_cost = 14.0; ///< for each time the reading speed is exceeded by its whole
constexpr double lonely_word_cost = 1.4;

/// The words that can be shown, in order of time.
std::vector<std::size_t> shown_words(Captions const& captions, double clip_seconds)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < captions.words.size(); ++i) {
        auto const& word = captions.words[i];
        if (!std::isfinite(word.start) || !std::isfinite(word.end)) continue;
        if (display_width(word.text) > 0 && word.end > word.start && word.start < clip_seconds && word.end > 0)
            order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return captions.words[i].start; });
    return order;
}

/// Finds the cheapest way to cut one stretch of speech into cards, and each card into lines.
class Breaker {
public:
    Breaker(Captions const& captions, std::vector<std::size_t> const& order, double clip_seconds)
        : words_(captions.words), style_(captions.style), order_(order), clip_seconds_(clip_seconds)
    {
        for (auto const index : order) widths_.push_back(display_width(words_[index].text));
        for (std::size_t i = 0; i < order.size(); ++i) {
            inside_costs_.push_back(ends_sentence(word(i).text) ? inside_sentence_end
                                    : ends_phrase(word(i).text) ? inside_phrase_end
                                                                : 0);
            break_costs_.push_back(i > 0 ? cost_of_break(i) : 0);
            spaced_.push_back(i + 1 < order.size() && has_space_between(word(i).text, word(i + 1).text) ? 1 : 0);
        }
    }

    /// Cards of the words [begin, end).
    void run(std::size_t begin, std::size_t end, std::vector<CaptionCard>& cards)
    {
        auto const count = end - begin;
        std::vector<double> costs(count + 1, std::numeric_limits<double>::infinity());
        std::vector<std::size_t> from(count + 1, 0);
        costs[0] = 0;
        for (std::size_t i = 0; i < count; ++i)
            for (auto k = i + 1; k <= std::min(count, i + card_words_max); ++k) {
                auto const lines = break_lines(begin + i, begin + k);
                if (lines.empty()) break;
                auto const cost = costs[i] + cost_of(begin + i, begin + k, end);
                if (cost >= costs[k]) continue;
                costs[k] = cost;
                from[k] = i;
            }
        std::vector<std::size_t> edges;
        for (auto k = count; k > 0; k = from[k]) edges.push_back(k);
        std::size_t last = 0;
        for (auto edge = edges.rbegin(); edge != edges.rend(); last = *edge++)
            cards.push_back(make(begin + last, begin + *edge));
    }

private:
    Word const& word(std::size_t i) const { return words_[order_[i]]; }
    int width(std::size_t begin, std::size_t end) const
    {
        int sum = 0;
        for (auto i = begin; i < end; ++i) sum += widths_[i] + (i + 1 < end ? spaced_[i] : 0);
        return sum;
    }
    bool fits_line(std::size_t begin, std::size_t end) const
    {
        if (end - begin == 1) return true; // a word wider than a line is made smaller by whoever draws it
        std::size_t words = 1;
        for (auto i = begin; i + 1 < end; ++i) words += spaced_[i];
        return words <= static_cast<std::size_t>(std::max(1, style_.words_per_line_max)) &&
               width(begin, end) <= std::max(4, style_.characters_per_line_max);
    }

    /// What it costs to break after word i - 1.
    double cost_of_break(std::size_t i) const
    {
        auto const& before = word(i - 1);
        if (ends_phrase(before.text)) return good_break;
        auto const gap = word(i).start - before.end;
        auto cost = -std::clamp(gap / pause_seconds, 0.0, 1.0);
        if (begins_phrase(word(i).text)) cost += conjunction_break;
        if (leans_forward(before.text)) cost += bad_break;
        return cost;
    }

    /// Where the lines of a card end; empty where it does not fit.
    std::vector<std::size_t> break_lines(std::size_t begin, std::size_t end) const
    {
        if (fits_line(begin, end)) return {end};
        auto const lines = static_cast<std::size_t>(std::clamp(style_.lines_max, 1, 2));
        std::vector<std::size_t> best;
        auto lowest = std::numeric_limits<double>::infinity();
        for (auto middle = begin + 1; lines == 2 && middle < end; ++middle) {
            if (!fits_line(begin, middle) || !fits_line(middle, end)) continue;
            auto const first = width(begin, middle);
            auto const second = width(middle, end);
            auto const cost = break_costs_[middle] + 4.0 * std::abs(first - second) / std::max(1, first + second);
            if (cost >= lowest) continue;
            lowest = cost;
            best = {middle, end};
        }
        return best;
    }

    double cost_of(std::size_t begin, std::size_t end, std::size_t stretch_end) const
    {
        auto cost = card_cost;
        for (auto i = begin + 1; i < end; ++i) cost += inside_costs_[i - 1];
        if (end < stretch_end) cost += break_costs_[end];
        auto const until = end < order_.size() ? std::min(word(end).start, clip_seconds_) : clip_seconds_;
        auto const seconds = std::max(card_seconds_min, until - word(begin).start);
        auto const speed = width(begin, end) / seconds;
        if (speed > reading_speed_max) cost += speed_cost * (speed / reading_speed_max - 1);
        if (end - begin == 1 && widths_[begin] < 8) cost += lonely_word_cost;
        return cost;
    }

    CaptionCard make(std::size_t begin, std::size_t end) const
    {
        CaptionCard card{word(begin).start, word(begin).end, {}, width(begin, end)};
        auto first = begin;
        for (auto const last : break_lines(begin, end)) {
            auto& line = card.lines.emplace_back();
            for (auto i = first; i < last; ++i) {
                line.push_back(order_[i]);
                card.end = std::max(card.end, word(i).end);
            }
            first = last;
        }
        return card;
    }

    std::vector<Word> const& words_;
    CaptionStyle const& style_;
    std::vector<std::size_t> const& order_;
    double clip_seconds_;
    std::vector<int> widths_;
    std::vector<double> break_costs_;  ///< of breaking before the word
    std::vector<double> inside_costs_; ///< of going on after the word
    std::vector<std::uint8_t> spaced_; ///< 1 where a space follows
};

/// Cards stay on as long as they need to be read, where the next one leaves room.
void stretch(std::vector<CaptionCard>& cards, double clip_seconds)
{
    for (std::size_t i = 0; i < cards.size(); ++i) {
        auto& card = cards[i];
        card.start = std::max(0.0, card.start);
        auto const limit = i + 1 < cards.size() ? std::min(cards[i + 1].start, clip_seconds) : clip_seconds;
        auto const wanted = std::max(
            {card.end + linger_seconds, card.start + card.width / reading_speed_max, card.start + card_seconds_min});
        card.end = std::min(wanted, limit);
        // A short gap between cards would only flicker.
        if (limit - card.end < linger_seconds && i + 1 < cards.size()) card.end = limit;
    }
    std::erase_if(cards, [](CaptionCard const& card) { return card.end <= card.start; });
}

} // namespace

CaptionStyle title_style()
{
    CaptionStyle style;
    style.name = "title";
    style.fonts = {"Lato Black", "Lato"};
    style.bold = true;
    style.size = 0.06;
    style.outline = 0.006;
    style.shadow = 0.004;
    style.shadow_blur = 0.012;
    style.uppercase = true;
    style.position = 0.24;
    style.characters_per_line_max = 12;
    style.motion = CaptionMotion::None;
    return style;
}

CaptionFacts merge(CaptionFacts const& one, CaptionFacts const& other)
{
    auto facts = one; // what belongs to the cards is the same for every drawer of the same captions
    facts.cards = std::max(one.cards, other.cards);
    facts.missing_glyphs = std::max(one.missing_glyphs, other.missing_glyphs);
    facts.shrunk_cards = std::max(one.shrunk_cards, other.shrunk_cards);
    facts.shortened_cards = std::max(one.shortened_cards, other.shortened_cards);
    facts.contrast_min = std::min(one.contrast_min, other.contrast_min);
    facts.frames += other.frames;
    facts.strengthened += other.strengthened;
    return facts;
}

std::vector<CaptionCard> caption_cards(Captions const& captions, double clip_seconds)
{
    auto const order = shown_words(captions, clip_seconds);
    Breaker breaker(captions, order, clip_seconds);
    std::vector<CaptionCard> cards;
    auto const& words = captions.words;
    for (std::size_t begin = 0; begin < order.size();) {
        auto end = begin + 1;
        while (end < order.size() && words[order[end]].start - words[order[end - 1]].end <= pause_seconds) ++end;
        breaker.run(begin, end, cards);
        begin = end;
    }
    stretch(cards, clip_seconds);
    return cards;
}

std::string card_text(Captions const& captions, CaptionCard const& card, std::string_view line_break)
{
    std::string text;
    for (std::size_t i = 0; i < card.lines.size(); ++i) {
        if (i > 0) text += line_break;
        for (std::size_t k = 0; k < card.lines[i].size(); ++k) {
            auto const& word = captions.words[card.lines[i][k]].text;
            if (k > 0 && has_space_between(captions.words[card.lines[i][k - 1]].text, word)) text += ' ';
            text += word;
        }
    }
    return text;
}

double caption_position(Captions const& captions, double at)
{
    auto const next = std::ranges::upper_bound(captions.placements, at, {}, &CaptionPlacement::start);
    if (next == captions.placements.begin()) return captions.style.position;
    auto const& placement = *(next - 1);
    return at < placement.end ? placement.position : captions.style.position;
}

} // namespace plan
