#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

namespace {

/// A worn tape: colours smear to the right, lines stand out, a band of noise creeps up the picture.
class Tape {
public:
    explicit Tape(double part) : part_(part) {}

    void operator()(Band const& band, Moment const& moment)
    {
        smear(band.u, band.width / 2);
        smear(band.v, band.width / 2);
        // Every other pair of lines is a little darker, as on a tube.
        if (band.index % 2 == 1)
            for (auto* row : band.y) darken(row, band.width);
        auto const creep = std::fmod(moment.at * 0.17 + chance(moment.seed, 0, 3), 1.0);
        auto const distance = std::abs(static_cast<double>(2 * band.index) / band.height - (1 - creep));
        if (distance < 0.02) slip(band, moment, 1 - distance / 0.02);
    }

private:
    void smear(std::uint8_t* row, int width)
    {
        auto held = row[0] * 256;
        auto const share = 256 - static_cast<int>(std::lround(200 * part_));
        for (int x = 0; x < width; ++x) {
            held += (row[x] * 256 - held) / 256 * share;
            row[x] = static_cast<std::uint8_t>(std::clamp(held / 256, 16, 240));
        }
    }

    void darken(std::uint8_t* row, int width) const
    {
        auto const keep = 256 - static_cast<int>(std::lround(36 * part_));
        for (int x = 0; x < width; ++x) row[x] = static_cast<std::uint8_t>(16 + (((row[x] - 16) * keep) >> 8));
    }

    void slip(Band const& band, Moment const& moment, double strong)
    {
        for (int i = 0; i < 2; ++i) {
            auto const count = moment.frame * 8192 + 2 * band.index + i;
            auto const shift = static_cast<int>(strong * part_ * band.width * 0.05 * chance(moment.seed, count, 5));
            auto* row = band.y[i];
            std::copy_backward(row, row + band.width - shift, row + band.width);
            auto const sparks = static_cast<int>(chance(moment.seed, count, 6) * 4 * strong);
            for (int k = 0; k < sparks; ++k) {
                auto const at = chance(moment.seed, count * 4 + k, 8) * (band.width - 24);
                std::fill_n(row + static_cast<int>(at), 8 + 8 * (k % 2), std::uint8_t{205});
            }
        }
    }

    double part_;
};

} // namespace

static Effect make(FilterValues const& values)
{
    auto const part = values.intensity;
    auto const tape = std::make_shared<Tape>(part);
    auto const color = static_cast<float>(1 - 0.15 * part);
    Effect effect;
    effect.view = [=](View& view, Moment const& moment) {
        view.u_shift -= 0.005 * part;
        view.v_shift -= 0.009 * part;
        view.left += view.width * 0.0012 * part * (chance(moment.seed, moment.frame, 2) - 0.5);
    };
    effect.tone = [=](Tone& tone, Moment const&) {
        tone.map_luma([=](double y) { return y + part * (0.06 - 0.1 * y); });
        tone.map_chroma(color, 0, 0, color, static_cast<float>(2 * part), static_cast<float>(3 * part));
    };
    effect.picture = [=](Picture& picture, Moment const&) {
        refine(picture, {static_cast<int>(256 * part), 40, 0}, {0, 1, 0}); // the tape's poor sharpness
    };
    effect.rows = [=](Band const& band, Moment const& moment) { (*tape)(band, moment); };
    auto grain = make_filter({"film_grain", {{"amount", values["noise"] * part}}});
    return combine({std::move(effect), std::move(grain)});
}

FilterType vhs()
{
    return {.name = "vhs",
            .help = "A worn video tape: smeared colours, visible lines, creeping noise.",
            .params = {{"noise", 0.35, 0, 1, "of the tape"}},
            .make = make};
}

} // namespace media::filters
