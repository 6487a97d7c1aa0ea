#include "media/filter.h"

#include <algorithm>

namespace media {

namespace {

/// All of one member of several effects, in order.
template <class Thing>
auto chain(std::vector<Effect> const& effects, std::function<void(Thing&, Moment const&)> Effect::*member)
{
    std::vector<std::function<void(Thing&, Moment const&)>> acts;
    for (auto const& effect : effects)
        if (effect.*member) acts.push_back(effect.*member);
    std::function<void(Thing&, Moment const&)> all;
    if (!acts.empty())
        all = [acts](Thing& thing, Moment const& moment) {
            for (auto const& act : acts) act(thing, moment);
        };
    return all;
}

} // namespace

Effect combine(std::vector<Effect> effects)
{
    Effect all;
    all.layout = chain(effects, &Effect::layout);
    all.view = chain(effects, &Effect::view);
    all.tone = chain(effects, &Effect::tone);
    all.picture = chain(effects, &Effect::picture);
    all.rows = chain(effects, &Effect::rows);
    for (auto const& effect : effects)
        if (effect.time) all.time = effect.time;
    return all;
}

} // namespace media
