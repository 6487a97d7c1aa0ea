#include "media/filter.h"
#include "media/picture/blur.h"
#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

namespace {

/// Two soft clouds of orange light that drift along the edges.
class Leak {
public:
    explicit Leak(double amount) : amount_(amount) {}

    void begin(Moment const& moment, int width, int height)
    {
        if (moment.frame == frame_ && field_.width > 0) return;
        frame_ = moment.frame;
        Field light = light_.take_field();
        light.width = (width + 7) / 8;
        light.height = (height + 7) / 8;
        light.values.resize(static_cast<std::size_t>(light.width) * static_cast<std::size_t>(light.height));
        auto const phase = chance(moment.seed, 0, 7) * 6.28;
        auto const breath = 0.75 + 0.25 * std::sin(moment.at * 1.9 + phase);
        double const x[]{-0.15 + 0.2 * std::sin(moment.at * 0.5 + phase), 1.1 + 0.15 * std::cos(moment.at * 0.37)};
        double const y[]{0.35 + 0.3 * std::sin(moment.at * 0.31 + phase), 0.75 + 0.2 * std::cos(moment.at * 0.43)};
        for (int row = 0; row < light.height; ++row)
            for (int column = 0; column < light.width; ++column) {
                double sum = 0;
                for (int i = 0; i < 2; ++i) {
                    auto const dx = ((column + 0.5) / light.width - x[i]) / 0.55;
                    auto const dy = ((row + 0.5) / light.height - y[i]) / 0.42;
                    auto const near = std::max(0.0, 1 - dx * dx - dy * dy);
                    sum += near * near * (i == 0 ? 1 : 0.6);
                }
                light.row(row)[column] = static_cast<std::int16_t>(std::min(sum, 1.2) * breath * amount_ * 90 * 64);
            }
        field_ = light;
        light_.begin(std::move(light), width);
    }

    void operator()(Band const& band)
    {
        auto const* row = field_.row(std::min(band.index / 4, field_.height - 1));
        for (int x = 0; x < band.width / 2; ++x) {
            auto const light = row[std::min(x / 4, field_.width - 1)] >> 6; // 0..108
            band.u[x] = static_cast<std::uint8_t>(std::max(16, band.u[x] - light * 5 / 12));
            band.v[x] = static_cast<std::uint8_t>(std::min(240, band.v[x] + light / 2));
        }
        light_(band);
    }

private:
    double amount_;
    std::int64_t frame_ = -1;
    Field field_;
    LightRows light_;
};

} // namespace

static Effect make(FilterValues const& values)
{
    auto const leak = std::make_shared<Leak>(values["amount"] * values.intensity);
    return {.rows = [leak](Band const& band, Moment const& moment) {
        if (band.index == 0) leak->begin(moment, band.width, band.height);
        (*leak)(band);
    }};
}

FilterType light_leak()
{
    return {.name = "light_leak",
            .help = "Orange light that drifts in from the edges, as into an old camera.",
            .params = {{"amount", 0.7, 0, 1, "of light"}},
            .make = make};
}

} // namespace media::filters
