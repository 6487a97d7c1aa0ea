#include "base/error.h"
#include "media/filter.h"

#include <array>

namespace media {

// Every filter, in alphabetical order. A filter lives in filters/<name>.cpp and is named here twice: declared, listed.
namespace filters {
FilterType color_shift(), film_grain(), mirror(), noir(), vignette(), zoom();
}

std::span<FilterType const> all_filters()
{
    using namespace filters;
    static std::array const list{color_shift(), film_grain(), mirror(), noir(), vignette(), zoom()};
    return list;
}

static constexpr double time_max = 6 * 3600.0;
static constexpr Param from{"from", 0, 0, time_max, "clip seconds at which it begins"};
static constexpr Param to{"to", time_max, 0, time_max, "clip seconds at which it ends"};

static double take(ParamValues& values, std::string_view filter, Param const& param)
{
    auto const value = values.try_emplace(std::string(param.name), param.default_value).first->second;
    if (!(value >= param.min && value <= param.max))
        base::fail(base::ErrorCode::InvalidInput, "{}.{}: {} is outside [{}, {}]", filter, param.name, value, param.min,
                   param.max);
    return value;
}

static std::string names(FilterType const& type)
{
    std::string out;
    for (auto const& param : type.params) out += std::string(param.name) + ", ";
    return out + "from, to";
}

/// The same effect, held to its window of time.
static Effect window(Effect effect, double begin, double end)
{
    if (begin <= 0 && end >= time_max) return effect;
    auto const inside = [begin, end](Moment const& moment) { return moment.at >= begin && moment.at < end; };
    Effect out;
    if (effect.view)
        out.view = [=](View& view, Moment const& moment) {
            if (inside(moment)) effect.view(view, moment);
        };
    if (effect.tone)
        out.tone = [=](Tone& tone, Moment const& moment) {
            if (inside(moment)) effect.tone(tone, moment);
        };
    if (effect.picture)
        out.picture = [=](Picture& picture, Moment const& moment) {
            if (inside(moment)) effect.picture(picture, moment);
        };
    return out;
}

Effect make_filter(plan::FilterCall const& call)
{
    for (auto const& type : all_filters()) {
        if (type.name != call.name) continue;
        ParamValues values(call.values.begin(), call.values.end());
        auto const known = type.params.size() + 2;
        for (auto const& param : type.params) take(values, type.name, param);
        auto const begin = take(values, type.name, from);
        auto const end = take(values, type.name, to);
        if (values.size() > known)
            for (auto const& [name, value] : call.values)
                if (name != "from" && name != "to" &&
                    std::ranges::find(type.params, name, &Param::name) == type.params.end())
                    base::fail(base::ErrorCode::InvalidInput, "{}.{}: it takes {}", call.name, name, names(type));
        return window(type.make(values), begin, end);
    }
    base::fail(base::ErrorCode::InvalidInput, base::Next{"`ettametta filters` lists them"}, "no filter is called '{}'",
               call.name);
}

} // namespace media
