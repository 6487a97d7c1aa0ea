#include "base/error.h"
#include "media/filter.h"

#include <algorithm>
#include <array>

namespace media {

// Every filter, in alphabetical order. A filter lives in filters/<name>.cpp and is named here twice: declared, listed.
namespace filters {
FilterType atmospheric_glow(), bleach_bypass(), chromatic_aberration(), color_shift(), curves(), denoise(), dreamy(),
    duotone(), film_grain(), fit_blur(), glitch(), halftone(), letterbox(), light_leak(), lut(), mirror(), noir(),
    pattern_interrupt(), retro_8mm(), sharpen(), speed(), stabilise(), teal_orange(), vhs(), vignette(), zoom();
}

std::span<FilterType const> all_filters()
{
    using namespace filters;
    static std::array const list{atmospheric_glow(), bleach_bypass(), chromatic_aberration(),
                                 color_shift(),      curves(),        denoise(),
                                 dreamy(),           duotone(),       film_grain(),
                                 fit_blur(),         glitch(),        halftone(),
                                 letterbox(),        light_leak(),    lut(),
                                 mirror(),           noir(),          pattern_interrupt(),
                                 retro_8mm(),        sharpen(),       speed(),
                                 stabilise(),        teal_orange(),   vhs(),
                                 vignette(),         zoom()};
    return list;
}

static constexpr double time_max = 6 * 3600.0;
static constexpr std::size_t times_max = 1000;
static constexpr std::array common{Param{"intensity", 1, 0, 1, "0 does nothing, 1 all of it"},
                                   Param{"from", 0, 0, time_max, "clip seconds at which it begins"},
                                   Param{"to", time_max, 0, time_max, "clip seconds at which it ends"}};

std::span<Param const> common_params() { return common; }

[[noreturn]] static void unknown(FilterType const& type, std::string_view name)
{
    std::string known;
    for (auto const& param : type.params) known += std::string(param.name) + ", ";
    for (auto const& option : type.options) known += std::string(option.name) + ", ";
    if (type.acts_at_times) known += "times, ";
    base::fail(base::ErrorCode::InvalidInput, "{}.{}: it takes {}intensity, from, to", type.name, name, known);
}

static void take_number(FilterType const& type, Param const& param, plan::FilterCall const& call, FilterValues& values)
{
    auto const given = call.values.find(std::string(param.name));
    auto const value = given == call.values.end() ? param.default_value : given->second;
    if (!(value >= param.min && value <= param.max))
        base::fail(base::ErrorCode::InvalidInput, "{}.{}: {} is outside [{}, {}]", type.name, param.name, value,
                   param.min, param.max);
    values.numbers[std::string(param.name)] = value;
}

static void take_option(FilterType const& type, ChoiceParam const& option, plan::FilterCall const& call,
                        FilterValues& values)
{
    auto const given = call.options.find(std::string(option.name));
    auto const value = given == call.options.end() ? std::string(option.default_value) : given->second;
    if (option.choices.empty()) {
        if (value.empty() || value.front() != '/')
            base::fail(base::ErrorCode::InvalidInput, "{}.{}: '{}' is not an absolute path", type.name, option.name,
                       value);
    } else if (std::ranges::find(option.choices, value) == option.choices.end()) {
        base::fail(base::ErrorCode::InvalidInput, "{}.{}: '{}' is none of {}", type.name, option.name, value,
                   fmt::join(option.choices, ", "));
    }
    values.options[std::string(option.name)] = value;
}

static void take_times(FilterType const& type, plan::FilterCall const& call, FilterValues& values)
{
    if (!call.times.empty() && !type.acts_at_times) unknown(type, "times");
    if (call.times.size() > times_max)
        base::fail(base::ErrorCode::InvalidInput, "{}.times: more than {}", type.name, times_max);
    for (auto const time : call.times)
        if (!(time >= 0 && time <= time_max))
            base::fail(base::ErrorCode::InvalidInput, "{}.times: {} is outside [0, {}]", type.name, time, time_max);
    values.times = call.times;
    std::ranges::sort(values.times);
}

static FilterValues checked(FilterType const& type, plan::FilterCall const& call)
{
    auto const has = [](auto const& list, std::string_view name) {
        return std::ranges::any_of(list, [&](auto const& entry) { return entry.name == name; });
    };
    for (auto const& [name, value] : call.values) {
        if (has(type.options, name))
            base::fail(base::ErrorCode::InvalidInput, "{}.{}: {} is not a word", type.name, name, value);
        if (!has(type.params, name) && !has(common, name)) unknown(type, name);
    }
    for (auto const& [name, value] : call.options) {
        if (has(type.params, name) || has(common, name))
            base::fail(base::ErrorCode::InvalidInput, "{}.{}: '{}' is not a number", type.name, name, value);
        if (!has(type.options, name)) unknown(type, name);
    }
    FilterValues values;
    for (auto const& param : type.params) take_number(type, param, call, values);
    for (auto const& param : common) take_number(type, param, call, values);
    for (auto const& option : type.options) take_option(type, option, call, values);
    take_times(type, call, values);
    values.intensity = values["intensity"];
    return values;
}

/// The same effect, held to its window of time.
static Effect window(Effect effect, double begin, double end)
{
    effect.from = begin;
    effect.to = end >= time_max ? effect.to : end;
    if (begin <= 0 && end >= time_max) return effect;
    auto const hold = [begin, end](auto& act) {
        if (!act) return;
        act = [=, inner = std::move(act)](auto& thing, Moment const& moment) {
            if (moment.at >= begin && moment.at < end) inner(thing, moment);
        };
    };
    hold(effect.layout);
    hold(effect.view);
    hold(effect.tone);
    hold(effect.picture);
    hold(effect.rows);
    if (effect.time)
        effect.time = [=, inner = std::move(effect.time)](double at, Moment const& moment) {
            return moment.at >= begin && moment.at < end ? inner(at, moment) : at;
        };
    return effect;
}

Effect make_filter(plan::FilterCall const& call)
{
    for (auto const& type : all_filters()) {
        if (type.name != call.name) continue;
        auto const values = checked(type, call);
        return window(values.intensity > 0 ? type.make(values) : Effect{}, values["from"], values["to"]);
    }
    base::fail(base::ErrorCode::InvalidInput, base::Next{"`ettametta filters` lists them"}, "no filter is called '{}'",
               call.name);
}

} // namespace media
