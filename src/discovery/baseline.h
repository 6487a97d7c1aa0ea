#pragma once
#include "discovery/rank_rules.h"

#include <map>
#include <optional>
#include <vector>

namespace discovery {

/// What is compared with what is usual; on a logarithmic scale.
enum class Measure { ViewsPerHour, ReactionsPerHour, Engagement, Reach, ReactionReach };
BOOST_DESCRIBE_ENUM(Measure, ViewsPerHour, ReactionsPerHour, Engagement, Reach, ReactionReach)
inline constexpr std::size_t measures_max = 5;

/// Quantiles (10, 50, 90 %) of a measure's logarithm (base 10), and how many items stand behind them.
struct Baseline {
    std::string platform;
    std::string niche; ///< its words; "" for all of the platform
    Measure measure = Measure::ViewsPerHour;
    double low = 0;
    double middle = 0;
    double high = 0;
    double weight = 0;
    base::Time at{}; ///< when it was last added to
};

/// A measure's usual place and width, in powers of ten.
struct Usual {
    double middle = 0;
    double width = 1;
    /// Where a value (its logarithm) stands among the usual ones: 0..1, the middle gives 0.5. A straight line and not
    /// the share of items below it, so that the best of many still differ.
    double place(double value) const;
};

/// What is usual, from what was kept and what was just seen. The niche's own is drawn towards the platform's, and that
/// towards the rules', the more the fewer items there are.
class Baselines {
public:
    Baselines(RankRules const& rules, std::string niche_words, std::vector<Baseline> const& kept, base::Time now);
    /// Adds what one platform's items have of a measure: the logarithms, in any order.
    void learn(std::string const& platform, Measure measure, std::vector<double> values);
    Usual usual(std::string const& platform, Measure measure) const;
    /// To be kept: those that learned something.
    std::vector<Baseline> learned() const;

private:
    struct Key {
        std::string platform;
        bool of_niche;
        Measure measure;
        auto operator<=>(Key const&) const = default;
    };
    Baseline const* find(std::string const& platform, bool of_niche, Measure measure) const;

    RankRules const& rules_;
    std::string niche_;
    base::Time now_;
    std::map<Key, Baseline> all_;
};

/// More counts no more: what is usual may change.
inline constexpr double baseline_weight_max = 500;

} // namespace discovery
