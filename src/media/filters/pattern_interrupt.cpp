#include "media/filter.h"
#include "media/picture/brushes.h"

#include <numbers>
#include <optional>

namespace media::filters {

namespace {

/// The moments at which something happens, and how far each has come.
struct Schedule {
    std::vector<double> times;
    double every = 0;
    double seconds = 0;

    /// 0..1 while one of them lasts, and its beginning.
    std::optional<std::pair<double, double>> running(double at) const
    {
        double begin = -1;
        if (times.empty())
            begin = std::floor(at / every) * every;
        else if (auto const next = std::ranges::upper_bound(times, at); next != times.begin())
            begin = *(next - 1);
        if (begin <= 0 && times.empty()) return std::nullopt; // not at the very start
        if (begin < 0 || at - begin >= seconds) return std::nullopt;
        return std::pair{(at - begin) / seconds, begin};
    }
};

} // namespace

static Effect punch_in(Schedule const& when, double part)
{
    return {.view = [=](View& view, Moment const& moment) {
        auto const now = when.running(moment.at);
        if (now) view.closer(1 + 0.2 * part * (1 - now->first * now->first));
    }};
}

static Effect flash(Schedule const& when, double part)
{
    return {.tone = [=](Tone& tone, Moment const& moment) {
        auto const now = when.running(moment.at);
        if (!now) return;
        auto const white = 0.9 * part * (1 - now->first) * (1 - now->first);
        tone.map_luma([=](double y) { return std::lerp(y, 1.0, white); });
        auto const color = static_cast<float>(1 - white);
        tone.map_chroma(color, 0, 0, color);
    }};
}

static Effect shake(Schedule const& when, double part)
{
    return {.view = [=](View& view, Moment const& moment) {
        auto const now = when.running(moment.at);
        if (!now) return;
        auto const strong = part * (1 - now->first);
        view.closer(1 + 0.08 * strong);
        view.left += view.width * 0.06 * strong * (chance(moment.seed, moment.frame, 11) - 0.5);
        view.top += view.height * 0.06 * strong * (chance(moment.seed, moment.frame, 12) - 0.5);
    }};
}

static Effect freeze(Schedule const& when)
{
    return {.time = [=](double at, Moment const&) {
        auto const now = when.running(at);
        return now ? now->second : at;
    }};
}

static void smear_row(std::uint8_t* row, int width, int radius, std::vector<std::uint8_t>& copy)
{
    copy.assign(row, row + width);
    auto const at = [&](int x) { return copy[static_cast<std::size_t>(std::clamp(x, 0, width - 1))]; };
    int sum = 0;
    for (int x = -radius; x <= radius; ++x) sum += at(x);
    for (int x = 0; x < width; ++x) {
        row[x] = static_cast<std::uint8_t>(sum / (2 * radius + 1));
        sum += at(x + radius + 1) - at(x - radius);
    }
}

/// The camera is torn aside and back again, too fast to see anything.
static Effect whip(Schedule const& when, double part)
{
    auto const speed = [=](double progress) { return std::cos(2 * std::numbers::pi * progress); };
    return {.view =
                [=](View& view, Moment const& moment) {
                    auto const now = when.running(moment.at);
                    if (!now) return;
                    auto const width = view.width;
                    view.closer(1 + 0.25 * part * std::sin(std::numbers::pi * now->first));
                    view.left += width * 0.12 * part * std::sin(2 * std::numbers::pi * now->first);
                },
            .rows =
                [=, copy = std::vector<std::uint8_t>()](Band const& band, Moment const& moment) mutable {
                    auto const now = when.running(moment.at);
                    if (!now) return;
                    auto const reach = std::abs(speed(now->first)) * std::sin(std::numbers::pi * now->first);
                    auto const radius = static_cast<int>(band.width * 0.12 * part * reach);
                    if (radius < 2) return;
                    for (auto* row : band.y) smear_row(row, band.width, radius, copy);
                    smear_row(band.u, band.width / 2, radius / 2, copy);
                    smear_row(band.v, band.width / 2, radius / 2, copy);
                }};
}

static Effect make(FilterValues const& values)
{
    Schedule const when{values.times, values["every"], values["seconds"]};
    auto const& kind = values.option("kind");
    auto const part = values.intensity;
    if (kind == "flash") return flash(when, part);
    if (kind == "shake") return shake(when, part);
    if (kind == "freeze") return freeze(when);
    if (kind == "whip") return whip(when, part);
    return punch_in(when, part);
}

FilterType pattern_interrupt()
{
    return {.name = "pattern_interrupt",
            .help = "Wakes the eye at given moments: closer at once, a flash, a shake, a still or a torn camera.",
            .params = {{"seconds", 0.4, 0.05, 3, "how long each lasts"},
                       {"every", 4, 0.5, 600, "seconds from one to the next where no times are given"}},
            .options = {{"kind", "punch_in", {"punch_in", "flash", "shake", "freeze", "whip"}, "what happens"}},
            .acts_at_times = true,
            .make = make};
}

} // namespace media::filters
