#include "discovery/history.h"

#include <algorithm>

namespace discovery {

namespace {

constexpr double reset_share = 0.5; // a count that falls below this share of what it was began anew

struct Point {
    base::Time at;
    double count;
};

double hours(base::Milliseconds span) { return static_cast<double>(span.count()) / 3'600'000.0; }

double slope(Point const& a, Point const& b) { return (b.count - a.count) / hours(b.at - a.at); }

/// Falls of a count taken out, as the header says.
std::vector<Point> mended(std::vector<Point> const& raw)
{
    std::vector<Point> out;
    for (auto const& point : raw) {
        if (!out.empty() && point.at == out.back().at) {
            out.back().count = std::max(out.back().count, point.count);
            continue;
        }
        if (!out.empty() && point.count < reset_share * out.back().count) out.clear();
        out.push_back({point.at, out.empty() ? point.count : std::max(point.count, out.back().count)});
    }
    return out;
}

/// The newest of them, and at least two.
std::span<Point const> recent(std::vector<Point> const& points)
{
    auto const from = points.back().at - growth_window;
    auto first = std::ranges::find_if(points, [&](auto const& point) { return point.at >= from; });
    // One before the window keeps a gap of the scans from hiding what happened in it.
    while (first != points.begin() && points.back().at - first->at < growth_span_min) --first;
    return {first, points.end()};
}

std::optional<Growth> growth(std::vector<Point> points, std::string of)
{
    std::ranges::sort(points, {}, &Point::at);
    points = mended(points);
    if (points.size() < 2) return std::nullopt;
    auto const part = recent(points);
    auto const& first = part.front();
    auto const& last = part.back();
    if (last.at - first.at < growth_span_min) return std::nullopt;
    Growth out{
        std::move(of), slope(first, last), {}, static_cast<std::int64_t>(part.size()), hours(last.at - first.at)};
    auto const middle = first.at + (last.at - first.at) / 2;
    auto const inner = part.subspan(1, part.size() - 2);
    auto const turn = std::ranges::min_element(
        inner, {}, [&](auto const& point) { return point.at < middle ? middle - point.at : point.at - middle; });
    if (turn == inner.end() || turn->at - first.at < growth_span_min || last.at - turn->at < growth_span_min)
        return out;
    auto const recent_slope = slope(*turn, last);
    out.acceleration = (recent_slope - slope(first, *turn)) / (hours(last.at - first.at) / 2);
    out.per_hour = (out.per_hour + recent_slope) / 2; // newer, yet not at the mercy of two readings
    return out;
}

} // namespace

std::optional<double> reactions(std::optional<std::int64_t> likes, std::optional<std::int64_t> comments,
                                std::optional<std::int64_t> shares)
{
    if (!likes && !comments && !shares) return std::nullopt;
    return static_cast<double>(likes.value_or(0)) + comment_worth * static_cast<double>(comments.value_or(0)) +
           share_worth * static_cast<double>(shares.value_or(0));
}

std::optional<Growth> growth_of(std::span<Reading const> readings)
{
    std::vector<Point> views;
    std::vector<Point> reacted;
    for (auto const& reading : readings) {
        if (reading.views) views.push_back({reading.at, static_cast<double>(*reading.views)});
        if (auto const count = reactions(reading.likes, reading.comments, reading.shares))
            reacted.push_back({reading.at, *count});
    }
    if (!views.empty()) return growth(std::move(views), "views");
    return growth(std::move(reacted), "reactions");
}

} // namespace discovery
