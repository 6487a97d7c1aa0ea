#include "media/analysis/shots.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace media::analysis {

namespace {

constexpr std::size_t window = 10;             ///< pictures on either side that a cut must stand out from
constexpr double difference_min = 0.12;        ///< real cuts of dull pictures reach twice that
constexpr double difference_certain = 0.45;    ///< of pictures with nothing in common
constexpr double sparse_difference_min = 0.22; ///< key frames of one shot, seconds apart, mostly stay below
constexpr double standing_out = 5;        ///< times the usual difference around it: fast movement reaches 3.5, cuts 20
constexpr double flash_seconds_max = 0.4; ///< a picture that comes back within this was never away
constexpr double same_scene = 0.5;        ///< of the difference at the cut: below it the scene is the same
constexpr double shot_seconds_min = 0.3;
constexpr std::size_t cuts_max = 100'000;

/// Shares a value out to the two bins nearest to it: a plain picture that grows a little brighter must not jump.
void count(float* bins, int size, std::uint8_t value, float share)
{
    auto const place = std::clamp(static_cast<float>(value * size) / 256.0F - 0.5F, 0.0F, static_cast<float>(size - 1));
    auto const lower = std::min(static_cast<int>(place), size - 2);
    auto const rest = place - static_cast<float>(lower);
    bins[lower] += share * (1 - rest);
    bins[lower + 1] += share * rest;
}

} // namespace

Look make_look(double at, std::uint8_t const* const planes[3], int const strides[3])
{
    Look look{.at = at};
    constexpr auto share = 1.0F / (look_width * look_height);
    for (int y = 0; y < look_height; ++y) {
        for (int x = 0; x < look_width; ++x) {
            auto const luma = planes[0][y * strides[0] + x];
            look.luma[static_cast<std::size_t>(y * look_width + x)] = luma;
            count(look.histogram.data(), 32, luma, share);
            count(look.histogram.data() + 32, 16, planes[1][y * strides[1] + x], share);
            count(look.histogram.data() + 48, 16, planes[2][y * strides[2] + x], share);
        }
    }
    return look;
}

double luma_difference(Look const& a, Look const& b)
{
    int sum = 0;
    for (std::size_t i = 0; i < a.luma.size(); ++i) sum += std::abs(a.luma[i] - b.luma[i]);
    return sum / (255.0 * static_cast<double>(a.luma.size()));
}

double difference(Look const& a, Look const& b)
{
    double moved = 0;
    for (std::size_t i = 0; i < a.histogram.size(); ++i) moved += std::abs(a.histogram[i] - b.histogram[i]);
    // Three histograms, each moves at most 2; a mean luma difference above a half hardly happens.
    return 0.5 * std::min(1.0, 2 * luma_difference(a, b)) + 0.5 * moved / 6;
}

void ShotFinder::add(Look look)
{
    scores_.push_back(looks_.empty() ? 0 : difference(looks_.back(), look));
    looks_.push_back(std::move(look));
    if (next_ + window < looks_.size()) judge(next_++);
    while (next_ > 2 * window) {
        looks_.pop_front();
        scores_.pop_front();
        --next_;
    }
}

std::vector<plan::Span> ShotFinder::finish(double duration)
{
    while (next_ < looks_.size()) judge(next_++);
    std::vector<plan::Span> shots;
    double start = 0;
    for (auto const cut : cuts_) {
        if (cut >= duration) break;
        shots.push_back({start, cut});
        start = cut;
    }
    if (duration > start) shots.push_back({start, duration});
    return shots;
}

void ShotFinder::judge(std::size_t position)
{
    auto const score = scores_[position];
    auto const at = looks_[position].at;
    if (score < (sparse_ ? sparse_difference_min : difference_min)) return;
    if (at - last_cut_ < shot_seconds_min || cuts_.size() >= cuts_max) return;
    if (!sparse_) {
        auto const first = position > window ? position - window : 1;
        auto const last = std::min(position + window, scores_.size() - 1);
        auto const sum = std::accumulate(scores_.begin() + static_cast<std::ptrdiff_t>(first),
                                         scores_.begin() + static_cast<std::ptrdiff_t>(last) + 1, -score);
        auto const usual = sum / static_cast<double>(std::max<std::size_t>(last - first, 1));
        if (score < difference_certain && score < standing_out * usual) return;
        if (is_flash(position, score)) return;
    }
    cuts_.push_back(at);
    last_cut_ = at;
}

/// True where the picture soon looks again as it did before, or has just come back to what it was.
bool ShotFinder::is_flash(std::size_t position, double score) const
{
    auto const& before = looks_[position - 1];
    auto const& now = looks_[position];
    for (auto i = position + 1; i < looks_.size() && looks_[i].at - now.at <= flash_seconds_max; ++i)
        if (difference(before, looks_[i]) < same_scene * score) return true;
    for (auto i = position - 1; i-- > 0 && now.at - looks_[i].at <= flash_seconds_max;)
        if (difference(looks_[i], now) < same_scene * score) return true;
    return false;
}

} // namespace media::analysis
