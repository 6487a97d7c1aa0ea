#include "media/picture/reframe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace media {

static constexpr int taps_max = 256;
static constexpr double fringe_max = 0.5;
static constexpr int phases = 1024; // places between two samples that an enlarged picture knows

void View::closer(double factor)
{
    left += width * (1 - 1 / factor) / 2;
    top += height * (1 - 1 / factor) / 2;
    width /= factor;
    height /= factor;
}

/// Catmull-Rom cubic (Keys 1981, a = -1/2).
static double kernel(double x)
{
    x = std::abs(x);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
    return 0;
}

/// Weights in whole numbers whose sum is exactly 1, so that flat areas stay flat.
static void quantise(double const* exact, int count, std::int16_t* weights)
{
    double sum = 0;
    for (int k = 0; k < count; ++k) sum += exact[k];
    int total = 0;
    int largest = 0;
    for (int k = 0; k < count; ++k) {
        weights[k] = static_cast<std::int16_t>(std::lround(exact[k] / sum * (1 << kernels::weight_bits)));
        total += weights[k];
        if (weights[k] > weights[largest]) largest = k;
    }
    weights[largest] = static_cast<std::int16_t>(weights[largest] + (1 << kernels::weight_bits) - total);
}

using Phases = std::array<std::array<std::int16_t, 4>, phases + 1>;

static Phases const& phase_weights()
{
    static Phases const table = [] {
        Phases made{};
        for (std::size_t i = 0; i < made.size(); ++i) {
            auto const t = static_cast<double>(i) / phases;
            double const exact[]{kernel(1 + t), kernel(t), kernel(1 - t), kernel(2 - t)};
            quantise(exact, 4, made[i].data());
        }
        return made;
    }();
    return table;
}

namespace {

/// For each target sample the first source sample and the weights from there on, one sample after the other.
class TapMaker {
public:
    TapMaker(double start, double length, int source, int target, bool mirror)
        : start_(start), ratio_(length / target), widen_(std::max(1.0, ratio_)), source_(source), target_(target),
          mirror_(mirror), count_(std::min(taps_max, static_cast<int>(std::ceil(4 * widen_ / 4)) * 4)),
          exact_(static_cast<std::size_t>(count_))
    {
    }
    int count() const { return count_; }

    int make(int index, std::int16_t* weights)
    {
        auto const position = mirror_ ? target_ - 1 - index : index;
        auto const center = start_ + (position + 0.5) * ratio_ - 0.5;
        auto const begin = static_cast<int>(std::floor(center - 2 * widen_)) + 1;
        if (widen_ == 1 && begin >= 0 && begin + 4 <= source_) {
            auto const phase = static_cast<std::size_t>(std::lround((center - (begin + 1)) * phases));
            std::copy_n(phase_weights()[phase].begin(), 4, weights);
            return begin;
        }
        // Weights of samples outside the picture go to the sample at its edge.
        auto const first = std::clamp(begin, 0, std::max(0, source_ - count_));
        std::fill(exact_.begin(), exact_.end(), 0.0);
        for (int k = 0; k < count_; ++k) {
            auto const sample = std::clamp(begin + k, 0, source_ - 1);
            exact_[static_cast<std::size_t>(std::clamp(sample - first, 0, count_ - 1))] +=
                kernel((begin + k - center) / widen_);
        }
        quantise(exact_.data(), count_, weights);
        return first;
    }

private:
    double start_;
    double ratio_;
    double widen_;
    int source_;
    int target_;
    bool mirror_;
    int count_;
    std::vector<double> exact_;
};

} // namespace

static kernels::AcrossTaps make_across(TapMaker maker, int width)
{
    kernels::AcrossTaps taps;
    taps.groups = maker.count() / 4;
    auto const end = kernels::padded(width);
    taps.first.resize(static_cast<std::size_t>(end));
    taps.even.resize(static_cast<std::size_t>(end) * 2 * static_cast<std::size_t>(taps.groups));
    taps.odd.resize(taps.even.size());
    std::vector<std::int16_t> weights(static_cast<std::size_t>(maker.count()));
    for (int x = 0; x < end; ++x) {
        taps.first[static_cast<std::size_t>(x)] = maker.make(std::min(x, width - 1), weights.data());
        for (int group = 0; group < taps.groups; ++group) {
            auto const* four = &weights[static_cast<std::size_t>(group) * 4];
            auto const at =
                (static_cast<std::size_t>(group) * static_cast<std::size_t>(end) + static_cast<std::size_t>(x)) * 2;
            taps.even[at] = four[0];
            taps.even[at + 1] = four[2];
            taps.odd[at] = four[1];
            taps.odd[at + 1] = four[3];
        }
    }
    return taps;
}

void Reframer::Scaler::begin(Axis const& x, Axis const& y)
{
    if (!(x_axis == x)) {
        across = make_across(TapMaker(x.start, x.length, x.source, x.target, x.mirror), x.target);
        x_axis = x;
    }
    if (!(y_axis == y)) {
        TapMaker maker(y.start, y.length, y.source, y.target, y.mirror);
        down.count = maker.count();
        down.first.resize(static_cast<std::size_t>(y.target));
        down.weights.resize(static_cast<std::size_t>(y.target) * static_cast<std::size_t>(down.count));
        for (int i = 0; i < y.target; ++i) {
            auto const row = static_cast<std::size_t>(i);
            down.first[row] = maker.make(i, &down.weights[row * static_cast<std::size_t>(down.count)]);
        }
        y_axis = y;
    }
    ring.resize(static_cast<std::size_t>(down.count) * static_cast<std::size_t>(kernels::padded(target.width)));
    next_row = 0;
}

void Reframer::Scaler::scale_across(int row)
{
    auto const* from = source.row(row);
    if (source.width < 4 * across.groups) { // narrower than the kernel, which must not read beyond
        narrow.assign(static_cast<std::size_t>(4 * across.groups), from[source.width - 1]);
        std::memcpy(narrow.data(), from, static_cast<std::size_t>(source.width));
        from = narrow.data();
    }
    auto* out = ring.data() + static_cast<std::ptrdiff_t>(row % down.count) * kernels::padded(target.width);
    kernels::resample_across(from, across, target.width, out);
}

void Reframer::Scaler::draw(int row)
{
    auto const index = static_cast<std::size_t>(row);
    auto const first = down.first[index];
    auto const last = std::min(first + down.count, source.height);
    for (next_row = std::max(next_row, first); next_row < last; ++next_row) scale_across(next_row);
    std::array<std::int16_t const*, taps_max> rows;
    auto const count = static_cast<std::size_t>(down.count);
    for (std::size_t k = 0; k < count; ++k) {
        auto const from = std::min(first + static_cast<int>(k), source.height - 1); // beyond it weights are 0
        rows[k] = ring.data() + static_cast<std::ptrdiff_t>(from % down.count) * kernels::padded(target.width);
    }
    kernels::resample_down({rows.data(), count}, &down.weights[index * count], target.width, target.row(row));
}

void Reframer::begin(Picture const& source, View const& view, Picture& target, Box const& box)
{
    box_ = box;
    for (int i = 0; i < 3; ++i) {
        auto const part = i == 0 ? 1 : 2;
        auto& scaler = planes_[i];
        scaler.source = source.plane(i);
        auto const all = target.plane(i);
        scaler.target = {all.row(box.top / part) + box.left / part, box.width / part, box.height / part, all.stride};
        auto const fringe = std::clamp(view.fringe, -fringe_max, fringe_max);
        auto const larger = 1 - (i == 1 ? fringe : i == 2 ? -fringe : 0);
        auto const shift = view.width * (i == 1 ? view.u_shift : i == 2 ? view.v_shift : 0);
        auto const left = view.left + view.width * (1 - larger) / 2 + shift;
        auto const top = view.top + view.height * (1 - larger) / 2;
        scaler.begin({left / part, view.width * larger / part, scaler.source.width, scaler.target.width, view.mirror},
                     {top / part, view.height * larger / part, scaler.source.height, scaler.target.height, false});
    }
}

void Reframer::draw(int band)
{
    auto const row = band - box_.top / 2;
    if (row < 0 || row >= box_.height / 2) return;
    planes_[0].draw(2 * row);
    planes_[0].draw(2 * row + 1);
    planes_[1].draw(row);
    planes_[2].draw(row);
}

void Reframer::run(Picture const& source, View const& view, Picture& target, Box const& box)
{
    begin(source, view, target, box);
    for (int band = box.top / 2; band < (box.top + box.height) / 2; ++band) draw(band);
}

} // namespace media
