#include "studio/caption_place.h"

#include "plan/caption_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace studio {

static constexpr double position_first = 0.08; // of the canvas's height
static constexpr double position_step = 0.02;
static constexpr std::size_t position_count = 43;
static constexpr double letter_width = 0.56; // of the em, on average
static constexpr double capital_width = 0.68;
static constexpr double line_height = 1.25;     // of the em
static constexpr double obstacle_margin = 0.01; // of the canvas, kept free around an obstacle
static constexpr double face_seconds = 0.6;     // a face that was seen is there for so long around that moment
static constexpr double face_margin = 0.15;     // of the face: chin and forehead
static constexpr std::size_t obstacles_max = 200'000;
static constexpr double same_place = 0.01; // of the canvas: a window that moves less stands still
static constexpr double long_seconds = 20; // an obstacle that stands longer is kept apart

// What a place costs; the cheapest way through all cards is taken.
static constexpr double away_cost = 1.0;  // for the whole canvas's height between it and the style's place
static constexpr double move_cost = 0.35; // for each change of place
static constexpr double far_cost = 0.6;   // and for its distance
static constexpr double text_cost = 60;   // for a caption that is covered wholly, all the time
static constexpr double zone_cost = 40;
static constexpr double face_cost = 50;

static double cost_of(ObstacleKind kind)
{
    return kind == ObstacleKind::Text ? text_cost : kind == ObstacleKind::Zone ? zone_cost : face_cost;
}

static Area grown(Area const& area, double across, double down)
{
    return {area.x - across, area.y - down, area.width + 2 * across, area.height + 2 * down};
}

std::vector<Obstacle> find_obstacles(plan::EditPlan const& plan, plan::Analysis const& analysis,
                                     std::vector<Platform> const& platforms)
{
    std::vector<Obstacle> obstacles;
    auto const seconds = plan.duration_seconds();
    auto const shape = static_cast<double>(plan.canvas.width) / plan.canvas.height;
    if (std::abs(shape - 9.0 / 16) < 0.02)
        for (auto const& platform : platforms)
            for (auto const& zone : platform.zones)
                obstacles.push_back({0,
                                     seconds,
                                     {zone.x, zone.y, zone.width, zone.height},
                                     ObstacleKind::Zone,
                                     platform.name + ": " + zone.what});
    if (!analysis.media.video) return obstacles;
    CanvasMap const map(plan, *analysis.media.video);
    auto const add = [&](plan::Span const& span, Area const& area, ObstacleKind kind, std::string const& what) {
        for (auto const& seen : map.clip_spans(span)) {
            auto const first = obstacles.size();
            for (auto const moment : {seen.start, (seen.start + seen.end) / 2, seen.end - 1e-3}) // the window may move
                for (auto const& place : map.place(area, moment)) {
                    auto const known = std::any_of(obstacles.begin() + static_cast<std::ptrdiff_t>(first),
                                                   obstacles.end(), [&](Obstacle const& other) {
                                                       return std::abs(other.area.x - place.x) < same_place &&
                                                              std::abs(other.area.y - place.y) < same_place;
                                                   });
                    if (!known && obstacles.size() < obstacles_max)
                        obstacles.push_back({seen.start, seen.end, place, kind, what});
                }
        }
    };
    for (auto const& text : analysis.text_regions)
        add({text.start, text.end}, {text.x, text.y, text.width, text.height}, ObstacleKind::Text,
            text.text.empty() ? "text in the picture" : "the text '" + text.text + "'");
    for (auto const& face : analysis.faces)
        add({face.at - face_seconds, face.at + face_seconds},
            grown({face.x, face.y, face.width, face.height}, face.width * face_margin, face.height * face_margin),
            ObstacleKind::Face, "a face");
    return obstacles;
}

Area card_area(plan::Captions const& captions, plan::CaptionCard const& card, plan::Canvas const& canvas,
               double position)
{
    auto const& style = captions.style;
    double longest = 0;
    for (auto const& line : card.lines) {
        double width = 0;
        for (auto const index : line) width += plan::display_width(captions.words[index].text) + 1;
        longest = std::max(longest, width - 1);
    }
    auto const boxed = !style.box_color.empty();
    auto const padding = (boxed ? style.box_padding : style.outline) * canvas.height;
    auto const em = style.size * canvas.height;
    auto const letter = style.uppercase ? capital_width : letter_width;
    auto const width = std::min(0.8, (longest * em * letter + 2.8 * padding) / canvas.width);
    auto const lines = static_cast<double>(card.lines.size());
    auto const height = (em * (1 + (lines - 1) * line_height * style.line_spacing) + 2 * padding) / canvas.height;
    auto const left = style.align == plan::CaptionAlign::Left ? 0.12 : (1 - width) / 2;
    return {left, position - height / 2, width, height};
}

namespace {

/// What stands on a card's place: the share of it that is covered, by weight, and the worst thing.
struct Cover {
    double cost = 0;
    double share = 0;
    std::string const* what = nullptr;
};

class Placer {
public:
    Placer(plan::Captions const& captions, plan::Canvas const& canvas, std::vector<Obstacle> const& obstacles)
        : captions_(captions), canvas_(canvas), obstacles_(obstacles)
    {
        for (std::size_t i = 0; i < obstacles.size(); ++i)
            (obstacles[i].end - obstacles[i].start > long_seconds ? long_ : order_).push_back(i);
        std::ranges::stable_sort(order_, {}, [&](std::size_t i) { return obstacles_[i].start; });
    }

    /// The obstacles that stand while a card does.
    std::vector<Obstacle const*> during(plan::CaptionCard const& card) const
    {
        std::vector<Obstacle const*> found;
        for (auto const i : long_)
            if (obstacles_[i].start < card.end && obstacles_[i].end > card.start) found.push_back(&obstacles_[i]);
        auto const first = std::ranges::lower_bound(order_, card.start - long_seconds, {},
                                                    [&](std::size_t i) { return obstacles_[i].start; });
        for (auto at = first; at != order_.end() && obstacles_[*at].start < card.end; ++at)
            if (obstacles_[*at].end > card.start) found.push_back(&obstacles_[*at]);
        return found;
    }

    Cover cover(plan::CaptionCard const& card, std::vector<Obstacle const*> const& standing, double position) const
    {
        auto const area = card_area(captions_, card, canvas_, position);
        Cover cover;
        double worst = 0;
        for (auto const* obstacle : standing) {
            auto const shared =
                intersection(area, grown(obstacle->area, obstacle_margin, obstacle_margin)).size() / area.size();
            if (shared <= 0) continue;
            auto const time =
                (std::min(card.end, obstacle->end) - std::max(card.start, obstacle->start)) / (card.end - card.start);
            // Even a small overlap is worse than any distance.
            auto const cost = cost_of(obstacle->kind) * (0.1 + 0.9 * shared) * (0.3 + 0.7 * time);
            cover.cost += cost;
            cover.share = std::max(cover.share, intersection(area, obstacle->area).size() / area.size());
            if (cost <= worst) continue;
            worst = cost;
            cover.what = &obstacle->what;
        }
        return cover;
    }

private:
    plan::Captions const& captions_;
    plan::Canvas const& canvas_;
    std::vector<Obstacle> const& obstacles_;
    std::vector<std::size_t> order_; ///< by start
    std::vector<std::size_t> long_;  ///< those that stand for long: few, looked at for every card
};

double position_at(std::size_t index) { return position_first + position_step * static_cast<double>(index); }

/// The cheapest way through all cards (dynamic programming): what each place costs, and each change of place.
std::vector<std::size_t> cheapest_way(std::vector<std::vector<double>> const& costs)
{
    std::vector<std::vector<std::uint8_t>> from(costs.size(), std::vector<std::uint8_t>(position_count));
    std::vector<double> sums(position_count, 0.0);
    for (std::size_t card = 0; card < costs.size(); ++card) {
        std::vector<double> next(position_count, std::numeric_limits<double>::infinity());
        for (std::size_t to = 0; to < position_count; ++to)
            for (std::size_t before = 0; before < position_count; ++before) {
                auto const distance = std::abs(position_at(to) - position_at(before));
                auto const moved = card == 0 || to == before ? 0 : move_cost + far_cost * distance;
                auto const sum = sums[before] + moved + costs[card][to];
                if (sum >= next[to]) continue;
                next[to] = sum;
                from[card][to] = static_cast<std::uint8_t>(before);
            }
        sums = std::move(next);
    }
    std::vector<std::size_t> way(costs.size());
    auto place = static_cast<std::size_t>(std::ranges::min_element(sums) - sums.begin());
    for (auto card = costs.size(); card-- > 0; place = from[card][place]) way[card] = place;
    return way;
}

} // namespace

PlacementReport place_captions(plan::Captions& captions, plan::Canvas const& canvas, double clip_seconds,
                               std::vector<Obstacle> const& obstacles)
{
    auto const cards = plan::caption_cards(captions, clip_seconds);
    Placer const placer(captions, canvas, obstacles);
    std::vector<std::vector<double>> costs;
    for (auto const& card : cards) {
        auto const standing = placer.during(card);
        auto& row = costs.emplace_back(position_count);
        for (std::size_t i = 0; i < position_count; ++i)
            row[i] = placer.cover(card, standing, position_at(i)).cost +
                     away_cost * std::abs(position_at(i) - captions.style.position);
    }
    auto const way = cheapest_way(costs);
    PlacementReport report{.cards = cards.size(), .covered = {}};
    captions.placements.clear();
    for (std::size_t i = 0; i < cards.size(); ++i) {
        auto const position = position_at(way[i]);
        auto const cover = placer.cover(cards[i], placer.during(cards[i]), position);
        std::string const what = cover.share > 0 && cover.what ? *cover.what : "";
        if (!what.empty()) {
            report.covered_seconds += cards[i].end - cards[i].start;
            if (report.covered.empty()) report.covered = what;
        }
        if (i > 0 && way[i] != way[i - 1]) ++report.moves;
        auto& placements = captions.placements;
        if (!placements.empty() && placements.back().position == position && placements.back().covers == what) {
            placements.back().end = cards[i].end;
            continue;
        }
        auto const wanted = std::abs(position - captions.style.position) < position_step;
        placements.push_back({cards[i].start, cards[i].end, position,
                              !what.empty() ? "nowhere is free"
                              : wanted      ? "the style's place"
                                            : "the nearest free place",
                              what});
    }
    return report;
}

} // namespace studio
