#include "studio/look_choice.h"

#include "base/text.h"

#include <algorithm>

namespace studio {

static constexpr double mood_certain = 0.35; // weaker signals choose nothing

static bool has_look(Catalog const& catalog, std::string_view name)
{
    return std::any_of(catalog.looks().begin(), catalog.looks().end(), [&](Look const& l) { return l.name == name; });
}

static std::string first_known(Catalog const& catalog, std::vector<std::string> const& names)
{
    for (auto const& name : names)
        if (has_look(catalog, name)) return name;
    return "";
}

LookChoice choose_look(Catalog const& catalog, plan::Analysis const& analysis, std::string_view niche,
                       std::string_view preferred)
{
    if (!preferred.empty()) return {catalog.look(preferred).name, "the one set as preferred"};
    auto const words = base::lower_ascii(niche);
    for (auto const& [word, looks] : catalog.moods().niches)
        if (auto const look = first_known(catalog, looks); !look.empty() && words.find(word) != std::string::npos)
            return {look, fmt::format("suits the niche '{}'", word)};
    for (auto const& mood : analysis.moods) {
        if (mood.score < mood_certain) break;
        auto const name = base::enum_text(mood.mood);
        auto const looks = catalog.moods().moods.find(name);
        if (looks == catalog.moods().moods.end()) continue;
        if (auto const look = first_known(catalog, looks->second); !look.empty())
            return {look, fmt::format("suits a film that is {} ({})", name, mood.reason)};
    }
    return {"", "no mood stands out, so the picture stays as it is"};
}

} // namespace studio
