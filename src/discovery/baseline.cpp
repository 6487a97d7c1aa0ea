#include "discovery/baseline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace discovery {

static constexpr double width_min = 0.15; // decades; equal values are no reason to call a tenth more a wonder
static constexpr double deviations_of_80_percent = 2.563; // from the 10 % to the 90 % quantile of a normal distribution
static constexpr double deviations_full = 3.5;            // so far from the middle the scale ends

double Usual::place(double value) const
{
    return std::clamp(0.5 + (value - middle) / (2 * deviations_full * width), 0.0, 1.0);
}

static double quantile(std::vector<double> const& sorted, double share)
{
    auto const at = share * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(at);
    auto const above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (at - static_cast<double>(below));
}

static double mixed(double a, double weight_a, double b, double weight_b)
{
    return (a * weight_a + b * weight_b) / (weight_a + weight_b);
}

Baselines::Baselines(RankRules const& rules, std::string niche_words, std::vector<Baseline> const& kept, base::Time now)
    : rules_(rules), niche_(std::move(niche_words)), now_(now)
{
    for (auto one : kept) {
        if (!(std::isfinite(one.low) && std::isfinite(one.middle) && std::isfinite(one.high) && one.weight > 0))
            continue;
        if (!one.niche.empty() && one.niche != niche_) continue;
        auto const age = std::max(0.0, static_cast<double>((now - one.at).count()) / 3'600'000.0);
        one.weight = std::min(one.weight, baseline_weight_max) * std::exp2(-age / rules.baseline_half_life_hours);
        all_[{one.platform, !one.niche.empty(), one.measure}] = one;
    }
}

void Baselines::learn(std::string const& platform, Measure measure, std::vector<double> values)
{
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty()) return;
    std::ranges::sort(values);
    auto const count = static_cast<double>(values.size());
    Baseline const seen{platform, "",  measure, quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9),
                        count,    now_};
    for (auto const of_niche : {false, true}) {
        auto [there, fresh] = all_.try_emplace({platform, of_niche, measure}, seen);
        auto& one = there->second;
        one.niche = of_niche ? niche_ : "";
        one.at = now_;
        if (fresh) continue;
        one.low = mixed(one.low, one.weight, seen.low, count);
        one.middle = mixed(one.middle, one.weight, seen.middle, count);
        one.high = mixed(one.high, one.weight, seen.high, count);
        one.weight = std::min(one.weight + count, baseline_weight_max);
    }
}

Baseline const* Baselines::find(std::string const& platform, bool of_niche, Measure measure) const
{
    auto const it = all_.find({platform, of_niche, measure});
    return it == all_.end() ? nullptr : &it->second;
}

Usual Baselines::usual(std::string const& platform, Measure measure) const
{
    std::array const priors{rules_.usual.views_per_hour, rules_.usual.reactions_per_hour, rules_.usual.engagement,
                            rules_.usual.reach, rules_.usual.reaction_reach};
    auto const& prior = priors[static_cast<std::size_t>(measure)];
    Usual out{std::log10(prior.middle), prior.decades};
    auto const draw = [&](Baseline const* seen, double prior_items) {
        if (!seen) return;
        out.middle = mixed(seen->middle, seen->weight, out.middle, prior_items);
        // The width of two or three values means little, so the prior's counts double.
        out.width =
            mixed((seen->high - seen->low) / deviations_of_80_percent, seen->weight, out.width, 2 * prior_items);
    };
    draw(find(platform, false, measure), rules_.baseline_global_items);
    draw(find(platform, true, measure), rules_.baseline_platform_items);
    out.width = std::max(out.width, width_min);
    return out;
}

std::vector<Baseline> Baselines::learned() const
{
    std::vector<Baseline> out;
    for (auto const& [key, one] : all_)
        if (one.at == now_) out.push_back(one);
    return out;
}

} // namespace discovery
