#include "studio/cast.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace studio {

static constexpr std::size_t sightings_min = 3;
static constexpr double focus_share_min = 0.6;
static constexpr double focus_seen_min = 0.5; // of the part's steps
static constexpr double focus_step = 0.5;

static double median(std::vector<double> values)
{
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

Sample Person::middle() const
{
    std::vector<double> xs;
    std::vector<double> ys;
    std::vector<double> widths;
    for (auto const& sample : samples) {
        xs.push_back(sample.x);
        ys.push_back(sample.y);
        widths.push_back(sample.width);
    }
    return {samples.front().at, median(xs), median(ys), median(widths)};
}

std::vector<Person> find_cast(plan::Analysis const& analysis, plan::Span const& part)
{
    std::map<int, Person> people;
    std::set<double> looks;
    for (auto const& face : analysis.faces) {
        if (face.at < part.start || face.at >= part.end) continue;
        looks.insert(face.at);
        auto& person = people[face.track];
        if (face.track < 0 && !person.samples.empty() && person.samples.back().at == face.at) continue; // the largest
        person.samples.push_back({face.at, face.x + face.width / 2, face.y + face.height / 2, face.width});
        person.speaking += face.speaking;
    }
    std::vector<Person> cast;
    for (auto& [track, person] : people) {
        if (person.samples.size() < sightings_min) continue;
        auto const count = static_cast<double>(person.samples.size());
        person.speaking /= count;
        person.present = count / static_cast<double>(looks.size());
        cast.push_back(std::move(person));
    }
    auto const weight = [](Person const& person) {
        return person.present * std::sqrt(person.middle().width) * (1 + 2 * person.speaking);
    };
    std::stable_sort(cast.begin(), cast.end(), [&](Person const& a, Person const& b) { return weight(a) > weight(b); });
    return cast;
}

std::vector<Sample> find_focus(plan::Analysis const& analysis, plan::Span const& part)
{
    std::vector<Sample> samples;
    for (auto const& focus : analysis.focus)
        if (focus.at >= part.start && focus.at < part.end && focus.share >= focus_share_min)
            samples.push_back({focus.at + focus_step / 2, focus.x, focus.y, 0});
    auto const steps = std::max(1.0, part.length() / focus_step);
    if (samples.size() < sightings_min || static_cast<double>(samples.size()) < focus_seen_min * steps) return {};
    return samples;
}

} // namespace studio
