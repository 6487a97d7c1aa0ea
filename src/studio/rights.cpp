#include "studio/rights.h"

#include <array>

namespace studio {

RightsDecision decide_rights(std::string_view license, std::string_view note)
{
    static constexpr std::array<std::string_view, 6> free{"cc0",      "public-domain", "cc-by",
                                                          "cc-by-sa", "own",           "permissive"};
    auto const has = [&](std::string_view part) { return license.find(part) != std::string_view::npos; };
    if (has("-nd")) return {Rights::Refused, fmt::format("{} forbids changed versions", license), "licence"};
    for (auto const name : free)
        if (license == name)
            return {Rights::Cleared,
                    fmt::format("{} allows changed versions{}", license, has("-sa") ? " under the same licence" : ""),
                    "licence"};
    auto const why = has("-nc") ? fmt::format("{} forbids commercial use", license)
                     : license.empty() || license == "unknown"
                         ? std::string("the source states no licence")
                         : fmt::format("nothing is known of what '{}' allows", license);
    if (!note.empty()) return {Rights::Cleared, why + ", and a person decided", std::string(note)};
    return {Rights::Unknown, why, ""};
}

} // namespace studio
