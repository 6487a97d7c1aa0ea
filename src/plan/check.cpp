#include "plan/check.h"

#include "base/error.h"
#include "plan/caption_check.h"

#include <cmath>

namespace plan {

static constexpr int canvas_side_min = 16;
static constexpr int canvas_side_max = 7680;
static constexpr double speed_min = 0.25;
static constexpr double speed_max = 4;
static constexpr double clip_seconds_max = 6 * 3600.0;
static constexpr std::size_t cuts_max = 10'000;
static constexpr std::size_t filters_max = 100;

static void require(bool holds, std::string_view field, std::string_view rule)
{
    if (!holds) base::fail(base::ErrorCode::InvalidInput, "{}: {}", field, rule);
}

static void check_side(std::string_view field, int side)
{
    if (side < canvas_side_min || side > canvas_side_max || side % 2 != 0)
        base::fail(base::ErrorCode::InvalidInput, "{}: {} is not an even number in [{}, {}]", field, side,
                   canvas_side_min, canvas_side_max);
}

void check(EditPlan const& plan)
{
    require(plan.version == 1, "version", "only 1 is known");
    require(!plan.source.empty() && plan.source.front() == '/', "source", "must be an absolute path");
    require(!plan.cuts.empty(), "cuts", "nothing is kept of the source");
    require(plan.cuts.size() <= cuts_max, "cuts", "more than 10000");
    for (std::size_t i = 0; i < plan.cuts.size(); ++i) {
        auto const& cut = plan.cuts[i];
        if (!(std::isfinite(cut.start) && std::isfinite(cut.end) && cut.start >= 0 && cut.end > cut.start))
            base::fail(base::ErrorCode::InvalidInput, "cuts[{}]: {} to {} is not a part of a timeline", i, cut.start,
                       cut.end);
        for (auto const speed : {cut.speed, cut.speed_to.value_or(cut.speed)})
            if (!(speed >= speed_min && speed <= speed_max))
                base::fail(base::ErrorCode::InvalidInput, "cuts[{}].speed: {} is not in [{}, {}]", i, speed, speed_min,
                           speed_max);
    }
    require(plan.duration_seconds() <= clip_seconds_max, "cuts", "the clip would be longer than 6 hours");
    check_side("canvas.width", plan.canvas.width);
    check_side("canvas.height", plan.canvas.height);
    auto const rate = static_cast<double>(plan.canvas.rate_numerator) / std::max(1, plan.canvas.rate_denominator);
    require(plan.canvas.rate_denominator > 0 && rate >= 1 && rate <= 120, "canvas.rate",
            "must be 1 to 120 frames a second");
    require(plan.filters.size() <= filters_max, "filters", "more than 100");
    require(plan.encoder.crf >= 0 && plan.encoder.crf <= 51, "encoder.crf", "must be in [0, 51]");
    require(plan.audio.loudness_lufs >= -40 && plan.audio.loudness_lufs <= -5, "audio.loudness_lufs",
            "must be in [-40, -5]");
    require(plan.audio.true_peak_dbtp >= -20 && plan.audio.true_peak_dbtp <= 0, "audio.true_peak_dbtp",
            "must be in [-20, 0]");
    if (plan.captions) check(*plan.captions);
    if (plan.title) check(*plan.title);
    if (plan.watermark) check(*plan.watermark);
}

} // namespace plan
