#include "discovery/rank_rules.h"

#include "base/file.h"

namespace discovery {

using base::ErrorCode;
using base::fail;

static constexpr std::size_t rules_bytes_max = 64U << 10U;

static void check_usual(PriorUsuals const& usual, std::string const& what)
{
    boost::mp11::mp_for_each<base::detail::Members<PriorUsuals>>([&](auto member) {
        auto const& one = usual.*member.pointer;
        if (!(one.middle > 0 && one.middle < 1e12))
            fail(ErrorCode::InvalidInput, "{}: usual.{}.middle is {}, not above 0", what, member.name, one.middle);
        if (!(one.decades > 0 && one.decades <= 5))
            fail(ErrorCode::InvalidInput, "{}: usual.{}.decades is {}, outside (0, 5]", what, member.name, one.decades);
    });
}

void check(RankRules const& rules, std::string const& what)
{
    for (std::size_t i = 0; i < factors_max; ++i) {
        auto const weight = rules.weights.*factor_weights[i];
        if (!(weight >= 0 && weight <= 1'000))
            fail(ErrorCode::InvalidInput, "{}: weights.{} is {}, outside [0, 1000]", what, factor_names[i], weight);
    }
    if (!(rules.weights.relevance > 0))
        fail(ErrorCode::InvalidInput, "{}: weights.relevance must be above 0: every item has it", what);
    auto const positive = [&](double value, std::string_view field) {
        if (!(value > 0 && value < 1e9)) fail(ErrorCode::InvalidInput, "{}: {} is {}, not above 0", what, field, value);
    };
    auto const within = [&](double value, double most, std::string_view field) {
        if (!(value >= 0 && value <= most))
            fail(ErrorCode::InvalidInput, "{}: {} is {}, outside [0, {}]", what, field, value, most);
    };
    within(rules.model_weight, 90, "model_weight");
    within(rules.missing_share, 1, "missing_share");
    positive(rules.half_life_hours, "half_life_hours");
    positive(rules.velocity_decay_hours, "velocity_decay_hours");
    positive(rules.velocity_prior_hours, "velocity_prior_hours");
    positive(rules.engagement_prior_views, "engagement_prior_views");
    positive(rules.format_best_min_seconds, "format_best_min_seconds");
    positive(rules.format_best_max_seconds - rules.format_best_min_seconds,
             "format_best_max_seconds - format_best_min_seconds");
    positive(rules.baseline_platform_items, "baseline_platform_items");
    positive(rules.baseline_global_items, "baseline_global_items");
    positive(rules.baseline_half_life_hours, "baseline_half_life_hours");
    check_usual(rules.usual, what);
}

RankRules load_rank_rules(std::filesystem::path const& path)
{
    try {
        auto const rules = base::read_json<RankRules>(base::read_file(path, rules_bytes_max), "the file");
        check(rules, path.string());
        return rules;
    } catch (base::Error const& error) {
        if (std::string_view(error.what()).find(path.string()) != std::string_view::npos) throw;
        fail(error.code, "{}: {}", path.string(), error.what());
    }
}

} // namespace discovery
