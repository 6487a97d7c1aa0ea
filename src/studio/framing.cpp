#include "studio/framing.h"

#include "plan/timeline.h"
#include "studio/virtual_camera.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace studio {

static constexpr double face_y_offset = 0.12; // the face's place is above the middle of a portrait
static constexpr double focus_dead_zone = 0.12;
static constexpr double second_size_min = 0.35; // of the first one's face
static constexpr double second_present_min = 0.4;
static constexpr double talks_min = 0.12; // mean speaking of somebody who takes part in a conversation
static constexpr double split_seconds_min = 2;
static constexpr double split_face_share = 0.34; // of a window's width
static constexpr double window_fill = 0.92;      // two faces fit where they need less of the window's width
static constexpr double text_seen_min = 0.5;     // of the part
static constexpr std::size_t page_lines_min = 5; // so much writing at once is a screen or a page
static constexpr double corner_face_max = 0.22;  // of the picture's width: a speaker's inset

namespace {

/// One part of the clip: a shot, or what a cut has left of it.
struct Part {
    std::size_t cut = 0;
    plan::Span span;
};

struct Shape {
    double window = 1;      ///< width of the crop window, of the picture's
    double half_window = 1; ///< of a window half as high as the canvas
    bool portrait = true;
};

/// Writes the framing of one part after another and remembers why.
class Director {
public:
    Director(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts, Shape shape, Layout layout)
        : analysis_(analysis), timeline_(cuts), shape_(shape), layout_(layout)
    {
    }
    void frame(Part const& part);
    plan::Framing framing;
    std::map<std::string, int> reasons;

private:
    bool frame_text(Part const& part, std::vector<Person> const& cast);
    bool frame_two(Part const& part, std::vector<Person> const& cast);
    void split(Part const& part, Person const& upper, Person const& lower);
    void begin(Part const& part, plan::FramingMode mode, std::string reason);
    std::function<double(double)> clock(Part const& part) const
    {
        return [this, cut = part.cut](double at) { return timeline_.clip_time(cut, at); };
    }
    double zoom_on(Person const& person) const
    {
        return std::clamp(shape_.half_window * split_face_share / std::max(0.02, person.middle().width), 1.0, 3.0);
    }

    plan::Analysis const& analysis_;
    plan::Timeline timeline_;
    Shape shape_;
    Layout layout_;
};

} // namespace

void Director::begin(Part const& part, plan::FramingMode mode, std::string reason)
{
    ++reasons[std::move(reason)];
    auto const at = timeline_.clip_time(part.cut, part.span.start);
    auto const now = framing.changes.empty() ? framing.mode : framing.changes.back().mode;
    if (at <= 1e-9 && framing.changes.empty())
        framing.mode = mode;
    else if (mode != now)
        framing.changes.push_back({at, mode});
}

static Sample lower_middle(double at) { return {at, 0.5, 0.5 - face_y_offset, 0}; }

bool Director::frame_text(Part const& part, std::vector<Person> const& cast)
{
    std::size_t lines = 0;
    double widest = 0;
    for (auto const& region : analysis_.text_regions) {
        auto const seen = std::min(region.end, part.span.end) - std::max(region.start, part.span.start);
        if (seen < text_seen_min * part.span.length()) continue;
        ++lines;
        widest = std::max(widest, region.width);
    }
    auto const page = lines >= page_lines_min;
    if (widest <= shape_.window && !page) return false;
    if (page && shape_.portrait && !cast.empty() && cast.front().middle().width < corner_face_max) {
        begin(part, plan::FramingMode::Screencast, "shows a page and its speaker");
        auto const& speaker = cast.front();
        framing.path.push_back({clock(part)(part.span.start), 0.5, 0.5, true, 1});
        follow(speaker.samples, part.span, {.zoom = zoom_on(speaker)}, clock(part), framing.second);
        return true;
    }
    begin(part, plan::FramingMode::FitBlur, "shows writing whole");
    framing.path.push_back({clock(part)(part.span.start), 0.5, 0.5, true, 1});
    return true;
}

void Director::split(Part const& part, Person const& upper, Person const& lower)
{
    follow(upper.samples, part.span, {.zoom = zoom_on(upper)}, clock(part), framing.path);
    follow(lower.samples, part.span, {.zoom = zoom_on(lower)}, clock(part), framing.second);
}

/// Two people: one window where it holds both, a split picture where both talk.
bool Director::frame_two(Part const& part, std::vector<Person> const& cast)
{
    if (cast.size() < 2) return false;
    auto const first = cast[0].middle();
    auto const second = cast[1].middle();
    if (cast[1].present < second_present_min || second.width < second_size_min * first.width) return false;
    auto const left = std::min(first.x - first.width / 2, second.x - second.width / 2);
    auto const right = std::max(first.x + first.width / 2, second.x + second.width / 2);
    if (right - left <= window_fill * shape_.window) {
        begin(part, plan::FramingMode::Crop, "holds two people in one window");
        Sample const middle{part.span.start, (left + right) / 2, (first.y + second.y) / 2, right - left};
        follow({middle}, part.span, {.y_offset = face_y_offset}, clock(part), framing.path);
        return true;
    }
    auto const both_talk = std::min(cast[0].speaking, cast[1].speaking) >= talks_min;
    if (!shape_.portrait || part.span.length() < split_seconds_min || !both_talk) return false;
    begin(part, plan::FramingMode::Split, "splits between two who talk");
    auto const first_is_left = first.x <= second.x;
    split(part, cast[first_is_left ? 0 : 1], cast[first_is_left ? 1 : 0]);
    return true;
}

void Director::frame(Part const& part)
{
    auto const cast = find_cast(analysis_, part.span);
    if (layout_ == Layout::Fit || layout_ == Layout::FitBlur) {
        begin(part, layout_ == Layout::Fit ? plan::FramingMode::Fit : plan::FramingMode::FitBlur, "as asked for");
        return;
    }
    if (layout_ == Layout::Split && cast.size() >= 2) {
        begin(part, plan::FramingMode::Split, "as asked for");
        return split(part, cast[0], cast[1]);
    }
    if (layout_ == Layout::Screencast && !cast.empty()) {
        begin(part, plan::FramingMode::Screencast, "as asked for");
        framing.path.push_back({clock(part)(part.span.start), 0.5, 0.5, true, 1});
        return follow(cast[0].samples, part.span, {.zoom = zoom_on(cast[0])}, clock(part), framing.second);
    }
    if (layout_ == Layout::Auto && (frame_text(part, cast) || frame_two(part, cast))) return;
    if (!cast.empty()) {
        begin(part, plan::FramingMode::Crop, "follows the faces");
        return follow(cast[0].samples, part.span, {.y_offset = face_y_offset}, clock(part), framing.path);
    }
    if (auto const focus = find_focus(analysis_, part.span); !focus.empty()) {
        begin(part, plan::FramingMode::Crop, "follows what moves");
        return follow(focus, part.span, {.dead_zone = focus_dead_zone}, clock(part), framing.path);
    }
    begin(part, plan::FramingMode::Crop, "shows the middle");
    follow({lower_middle(part.span.start)}, part.span, {.y_offset = face_y_offset}, clock(part), framing.path);
}

static Shape shape_of(plan::VideoStream const& video, plan::Canvas const& canvas)
{
    auto const source = static_cast<double>(video.width) / std::max(1, video.height);
    auto const wanted = static_cast<double>(canvas.width) / canvas.height;
    return {std::min(1.0, wanted / source), std::min(1.0, 2 * wanted / source), canvas.height > canvas.width};
}

plan::Framing choose_framing(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                             plan::Canvas const& canvas, Layout layout, std::vector<plan::Decision>& decisions)
{
    auto shots = analysis.shots;
    if (shots.empty()) shots.push_back({0, analysis.media.duration_seconds});
    Director director(analysis, cuts, shape_of(*analysis.media.video, canvas), layout);
    int total = 0;
    for (std::size_t i = 0; i < cuts.size(); ++i)
        for (auto const& shot : shots) {
            plan::Span const part{std::max(shot.start, cuts[i].start), std::min(shot.end, cuts[i].end)};
            if (part.length() <= 1e-3) continue;
            director.frame({i, part});
            ++total;
        }
    std::string reason;
    for (auto const& [what, count] : director.reasons)
        reason += fmt::format("{}{} in {} of {} shot{}", reason.empty() ? "" : ", ", what, count, total,
                              total == 1 ? "" : "s");
    decisions.push_back({"framing", fmt::format("{}x{}", canvas.width, canvas.height), reason});
    return director.framing;
}

} // namespace studio
