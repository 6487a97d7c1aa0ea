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

/// What a filter does to a frame; each member may be empty. Geometry of all filters is folded into one resample and
/// colour into one pass, both before anything else; then come `rows` and `picture` in the filters' order. What happens
/// depends on the arguments alone; state that members share is scratch space, so an Effect belongs to one thread.
struct Effect {
    std::function<void(plan::FramingMode&, Moment const&)> layout = {};
    std::function<void(View&, Moment const&)> view = {};
    std::function<void(Tone&, Moment const&)> tone = {};
    /// Looks at the picture as the filters before have left it, and may paint on it. Costs a pass of its own.
    std::function<void(Picture&, Moment const&)> picture = {};
    /// Changes a band where it stands, after `picture`; shares its pass with the neighbours in the list.
    std::function<void(Band const&, Moment const&)> rows = {};
    /// Of which moment of the clip the source's picture is shown; never runs backwards.
    std::function<double(double at, Moment const&)> time = {};
    double from = 0; ///< clip seconds within which it does something; `layout`, `view`, `tone` and `time` know it
    double to = 1e9;
    bool active(Moment const& moment) const { return moment.at >= from && moment.at < to; }
};

/// The values of one call, checked, defaults filled in.
struct FilterValues {
    std::map<std::string, double, std::less<>> numbers;
    std::map<std::string, std::string, std::less<>> options;
    std::vector<double> times;
    double intensity = 1; ///< 0 does nothing
    double operator[](std::string_view name) const { return numbers.find(name)->second; }
    std::string const& option(std::string_view name) const { return options.find(name)->second; }
};

struct Param {
    std::string_view name;
    double default_value;
    double min;
    double max;
    std::string_view help;
};

/// A parameter that is a word: one of the choices or, where there are none, the absolute path of a file.
struct ChoiceParam {
    std::string_view name;
    std::string_view default_value; ///< "" where it must be given
    std::vector<std::string_view> choices;
    std::string_view help;
};

/// All there is to know of a filter: the engine, the validator, the CLI help and the dashboard all read this.
struct FilterType {
    std::string_view name;
    std::string_view help;
    std::vector<Param> params = {};
    std::vector<ChoiceParam> options = {};
    bool acts_at_times = false; ///< at FilterCall.times
    Effect (*make)(FilterValues const&);
};

/// One effect that does what these do, one after the other.
Effect combine(std::vector<Effect> effects);

std::span<FilterType const> all_filters();
/// The parameters that every filter takes besides its own: intensity, from and to.
std::span<Param const> common_params();
/// Checks names and ranges (InvalidInput names them) and fills in defaults.
Effect make_filter(plan::FilterCall const& call);

} // namespace media
