#pragma once
#include "media/picture/reframe.h"
#include "media/picture/tone.h"
#include "plan/edit_plan.h"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace media {

/// A moment of the clip, for filters that move.
struct Moment {
    double at = 0;          ///< seconds
    double duration = 0;    ///< of the whole clip
    std::int64_t frame = 0; ///< counted from the clip's start
    std::uint64_t seed = 0; ///< the plan's
};

using ParamValues = std::map<std::string, double, std::less<>>;

/// What a filter does to a frame. Geometry is folded into one resample and colour into one pass; only what needs its
/// own look at the finished picture sets `picture`. Each member may be empty.
struct Effect {
    std::function<void(View&, Moment const&)> view = {};
    std::function<void(Tone&, Moment const&)> tone = {};
    std::function<void(Picture&, Moment const&)> picture = {};
    /// Of which moment of the clip the source's picture is shown; never runs backwards.
    std::function<double(double at, Moment const&)> time = {};
};

struct Param {
    std::string_view name;
    double default_value;
    double min;
    double max;
    std::string_view help;
};

/// All there is to know of a filter: the engine, the validator, the CLI help and the dashboard all read this.
struct FilterType {
    std::string_view name;
    std::string_view help;
    std::vector<Param> params;
    Effect (*make)(ParamValues const&);
};

std::span<FilterType const> all_filters();
/// Checks names and ranges (InvalidInput names them) and fills in defaults. Every filter also takes `from` and `to`
/// (clip seconds), outside of which it does nothing.
Effect make_filter(plan::FilterCall const& call);

} // namespace media
