#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

namespace {

constexpr double burst_seconds = 0.12; // each part of this length is disturbed as a whole, or not

class Disturbance {
public:
    Disturbance(double often, double part) : often_(often), part_(part) {}

    /// How strong the disturbance is in this moment: mostly 0.
    double strength(Moment const& moment) const
    {
        auto const burst = static_cast<std::int64_t>(moment.at / burst_seconds);
        return chance(moment.seed, burst, 1) < often_ ? part_ * (0.4 + 0.6 * chance(moment.seed, burst, 2)) : 0;
    }

    void view(View& view, Moment const& moment) const
    {
        auto const strong = strength(moment);
        view.u_shift += 0.02 * strong;
        view.v_shift -= 0.02 * strong;
    }

    void operator()(Band const& band, Moment const& moment)
    {
        auto const strong = strength(moment);
        if (strong <= 0) return;
        auto const block = band.index * 40 / band.height; // about twenty slices
        auto const count = moment.frame * 64 + block;
        if (chance(moment.seed, count, 3) > 0.35) return;
        auto const far = (chance(moment.seed, count, 4) - 0.5) * 0.3 * strong * band.width;
        auto const shift = static_cast<int>(std::lround(far / 2)) * 2;
        for (auto* row : band.y) rotate(row, band.width, shift);
        rotate(band.u, band.width / 2, shift / 2);
        rotate(band.v, band.width / 2, shift / 2);
    }

private:
    void rotate(std::uint8_t* row, int width, int shift)
    {
        copy_.assign(row, row + width);
        auto const from = static_cast<std::ptrdiff_t>(((shift % width) + width) % width);
        std::rotate_copy(copy_.begin(), copy_.begin() + from, copy_.end(), row);
    }

    double often_;
    double part_;
    std::vector<std::uint8_t> copy_;
};

} // namespace

static Effect make(FilterValues const& values)
{
    auto const disturbance = std::make_shared<Disturbance>(values["often"], values.intensity);
    return {.view = [=](View& view, Moment const& moment) { disturbance->view(view, moment); },
            .rows = [=](Band const& band, Moment const& moment) { (*disturbance)(band, moment); }};
}

FilterType glitch()
{
    return {.name = "glitch",
            .help = "Short disturbances: slices slip aside and colours come apart.",
            .params = {{"often", 0.25, 0, 1, "part of the time that is disturbed"}},
            .make = make};
}

} // namespace media::filters
