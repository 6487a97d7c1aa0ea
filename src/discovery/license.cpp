#include "discovery/license.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace discovery {

static constexpr std::array<std::pair<std::string_view, double>, 12> licenses{{
    {"own", 1.0},
    {"public-domain", 1.0},
    {"cc0", 1.0},
    {"cc-by", 0.9},
    {"permissive", 0.9},
    {"cc-by-sa", 0.8},
    {"cc-by-nc", 0.4},
    {"cc-by-nc-sa", 0.35},
    {"cc-by-nd", 0.15},
    {"cc-by-nc-nd", 0.1},
    {"unknown", 0.2},
    {"all-rights-reserved", 0.0},
}};

bool is_license(std::string_view name)
{
    return std::any_of(licenses.begin(), licenses.end(), [&](auto const& entry) { return entry.first == name; });
}

double openness(std::string_view name)
{
    for (auto const& [license, value] : licenses)
        if (license == name) return value;
    return openness("unknown");
}

bool allows_remix(std::string_view name)
{
    return name == "own" || name == "public-domain" || name == "cc0" || name == "cc-by" || name == "cc-by-sa" ||
           name == "permissive";
}

bool needs_attribution(std::string_view name) { return name.starts_with("cc-by") || name == "permissive"; }

/// "BSD-2-Clause AND MIT": software licences that ask for nothing but the notice, as packages state them for their
/// media.
static bool is_permissive(std::vector<std::string> const& words)
{
    static constexpr std::array<std::string_view, 4> names{"mit", "bsd", "isc", "apache"};
    static constexpr std::array<std::string_view, 10> fillers{"and", "or", "clause", "license", "licence",
                                                              "the", "2",  "3",      "0",       "expat"};
    auto const is_name = [](auto const& word) { return std::ranges::find(names, word) != names.end(); };
    auto const is_filler = [](auto const& word) { return std::ranges::find(fillers, word) != fillers.end(); };
    return std::ranges::any_of(words, is_name) &&
           std::ranges::all_of(words, [&](auto const& word) { return is_name(word) || is_filler(word); });
}

std::string normal_license(std::string_view text)
{
    auto const lower = base::lower_ascii(base::trim(text));
    if (is_license(lower)) return lower;
    auto const words = base::words_of(lower);
    auto const has = [&](std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    auto const contains = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
    if (has("cc0") || contains("publicdomain/zero") || contains("public domain dedication")) return "cc0";
    if (contains("publicdomain") || contains("public domain") || lower == "pd") return "public-domain";
    if (contains("all rights reserved") || contains("alle rechte vorbehalten")) return "all-rights-reserved";
    if (is_permissive(words)) return "permissive";
    auto const creative = has("cc") || contains("creativecommons.org") || contains("creative commons");
    auto const attribution = has("by") || has("attribution");
    if (!attribution || (!creative && !lower.starts_with("attribution"))) return "unknown";
    std::string name = "cc-by";
    auto const non_commercial =
        has("nc") || has("noncommercial") || contains("non commercial") || contains("non-commercial");
    auto const no_derivatives =
        has("nd") || has("noderivatives") || has("noderivs") || contains("no derivatives") || contains("no-deriv");
    auto const share_alike = has("sa") || has("sharealike") || contains("share alike") || contains("share-alike");
    if (non_commercial) name += "-nc";
    if (no_derivatives)
        name += "-nd";
    else if (share_alike)
        name += "-sa";
    return name;
}

} // namespace discovery
