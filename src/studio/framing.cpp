#include "studio/framing.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace studio {

static constexpr int source_side_max = 2160;
static constexpr double follow_seconds = 2;     // how often the crop may move on within a shot
static constexpr double follow_distance = 0.08; // of the picture's width: less is left alone
static constexpr std::size_t sightings_min = 3; // fewer in a shot are chance: foam and foliage look like faces too
static constexpr double face_y_offset = 0.12;   // the face's place is above the middle of a portrait

namespace {

struct Aspect {
    std::string_view name;
    int width;
    int height;
};
constexpr std::array<Aspect, 4> aspects{
    {{"9:16", 1080, 1920}, {"1:1", 1080, 1080}, {"4:5", 1080, 1350}, {"16:9", 1920, 1080}}};

struct Rate {
    int numerator;
    int denominator;
};
constexpr std::array<Rate, 8> rates{
    {{24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1}, {50, 1}, {60000, 1001}, {60, 1}}};

struct Point {
    double x;
    double y;
};

} // namespace

/// The source's own rate where a platform takes it; 30 for what is variable, slower than film or unknown.
static Rate choose_rate(plan::VideoStream const& source)
{
    auto const fps = source.frames_per_second;
    if (source.variable_frame_rate || fps < 23) return {30, 1};
    auto const* best = &rates.back();
    for (auto const& rate : rates)
        if (std::abs(static_cast<double>(rate.numerator) / rate.denominator - fps) <
            std::abs(static_cast<double>(best->numerator) / best->denominator - fps))
            best = &rate;
    return *best;
}

plan::Canvas choose_canvas(std::string_view aspect, plan::VideoStream const& source)
{
    auto const [numerator, denominator] = choose_rate(source);
    for (auto const& known : aspects)
        if (known.name == aspect) return {known.width, known.height, numerator, denominator};
    if (aspect != "source")
        base::fail(base::ErrorCode::InvalidInput, "aspect: '{}' is none of 9:16, 1:1, 4:5, 16:9, source", aspect);
    auto const scale =
        std::min(1.0, static_cast<double>(source_side_max) / std::max(1, std::min(source.width, source.height)));
    auto const even = [&](int side) { return std::max(16, static_cast<int>(std::lround(side * scale / 2)) * 2); };
    return {even(source.width), even(source.height), numerator, denominator};
}

static double median(std::vector<double> values)
{
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The median centre of the largest face at each moment in [start, end).
static std::optional<Point> face_center(std::vector<plan::Face> const& faces, double start, double end,
                                        std::size_t sightings = 1)
{
    std::vector<double> xs;
    std::vector<double> ys;
    plan::Face const* largest = nullptr;
    auto const take = [&] {
        if (!largest) return;
        xs.push_back(largest->x + largest->width / 2);
        ys.push_back(largest->y + largest->height / 2);
        largest = nullptr;
    };
    for (auto const& face : faces) {
        if (face.at < start || face.at >= end) continue;
        if (largest && largest->at != face.at) take();
        if (!largest || face.width * face.height > largest->width * largest->height) largest = &face;
    }
    take();
    if (xs.size() < sightings) return std::nullopt;
    return Point{median(xs), median(ys)};
}

/// Adds the keys of one shot, seen in the clip from `at` on.
static int frame_shot(std::vector<plan::Face> const& faces, plan::Span const& shot, double at,
                      std::vector<plan::FramingKey>& path)
{
    auto const whole = face_center(faces, shot.start, shot.end, sightings_min);
    auto const down = [](double y) { return std::min(1.0, y + face_y_offset); };
    if (!whole) {
        path.push_back({at, 0.5, 0.5, true});
        return 0;
    }
    auto current = face_center(faces, shot.start, shot.start + follow_seconds).value_or(*whole);
    path.push_back({at, current.x, down(current.y), true});
    for (auto step = shot.start + follow_seconds; step + follow_seconds / 2 < shot.end; step += follow_seconds) {
        auto const next = face_center(faces, step, step + follow_seconds);
        if (!next || std::abs(next->x - current.x) < follow_distance) continue;
        path.push_back({at + step - shot.start, current.x, down(current.y), false});
        current = *next;
        path.push_back(
            {at + std::min(step + follow_seconds / 2, shot.end) - shot.start, current.x, down(current.y), false});
    }
    return 1;
}

plan::Framing choose_framing(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                             plan::Canvas const& canvas, std::vector<plan::Decision>& decisions)
{
    plan::Framing framing;
    auto shots = analysis.shots;
    if (shots.empty()) shots.push_back({0, analysis.media.duration_seconds});
    double at = 0;
    int with_faces = 0;
    int total = 0;
    for (auto const& cut : cuts) {
        for (auto const& shot : shots) {
            plan::Span const part{std::max(shot.start, cut.start), std::min(shot.end, cut.end)};
            if (part.length() <= 1e-3) continue;
            with_faces += frame_shot(analysis.faces, part, at + part.start - cut.start, framing.path);
            ++total;
        }
        at += cut.length();
    }
    decisions.push_back({"framing", fmt::format("{}x{} crop", canvas.width, canvas.height),
                         with_faces == 0 ? "no face was seen: the middle of the picture"
                                         : fmt::format("follows the faces in {} of {} shot{}", with_faces, total,
                                                       total == 1 ? "" : "s")});
    return framing;
}

double choose_thumbnail(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts)
{
    double at = 0;
    double duration = 0;
    for (auto const& cut : cuts) duration += cut.length();
    plan::Face const* best = nullptr;
    double best_at = duration / 3;
    for (auto const& cut : cuts) {
        for (auto const& face : analysis.faces) {
            if (face.at < cut.start + 0.3 || face.at > cut.end - 0.3) continue;
            if (best && face.width * face.height <= best->width * best->height) continue;
            best = &face;
            best_at = at + face.at - cut.start;
        }
        at += cut.length();
    }
    return best_at;
}

} // namespace studio
