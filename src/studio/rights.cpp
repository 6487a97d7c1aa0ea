#include "studio/rights.h"

namespace studio {

static Grounds grounds_of(std::string_view license)
{
    if (license == "own") return Grounds::Own;
    if (license == "public-domain" || license == "cc0") return Grounds::PublicDomain;
    if (license == "permissive") return Grounds::Licensed;
    return license.starts_with("cc-by") ? Grounds::CreativeCommons : Grounds::Unknown;
}

RightsDecision decide_rights(std::string_view license, std::string_view note)
{
    auto const has = [&](std::string_view part) { return license.find(part) != std::string_view::npos; };
    auto const grounds = grounds_of(license);
    if (has("-nd")) return {Rights::Refused, grounds, fmt::format("{} forbids changed versions", license), "licence"};
    if (grounds != Grounds::Unknown && !has("-nc"))
        return {Rights::Cleared, grounds,
                fmt::format("{} allows changed versions{}", license, has("-sa") ? " under the same licence" : ""),
                "licence"};
    auto const why = has("-nc") ? fmt::format("{} forbids commercial use", license)
                     : license.empty() || license == "unknown"
                         ? std::string("the source states no licence")
                         : fmt::format("nothing is known of what '{}' allows", license);
    if (!note.empty()) return {Rights::Cleared, Grounds::Permission, why + ", and a person decided", std::string(note)};
    return {Rights::Unknown, Grounds::Unknown, why, ""};
}

std::string attribution_text(Work const& work)
{
    auto const asks = work.license.starts_with("cc-by") || work.license == "permissive";
    if (!asks && work.author.empty()) return "";
    auto text = fmt::format("\"{}\"", work.title);
    if (!work.author.empty()) text += " by " + work.author;
    if (!work.source_url.empty()) text += ", " + work.source_url;
    if (!work.license.empty() && work.license != "own")
        text +=
            fmt::format(", licence {}{}", work.license, work.license_url.empty() ? "" : " (" + work.license_url + ")");
    return text + (asks ? ", changed" : "");
}

} // namespace studio
