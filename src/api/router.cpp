#include "api/router.h"

#include <algorithm>

namespace api {

static bool is_name(std::string_view part) { return part.starts_with('{'); }

std::vector<std::string_view> Router::parts_of(std::string_view path)
{
    std::vector<std::string_view> parts;
    for (std::size_t from = 0; from <= path.size();) {
        auto const slash = std::min(path.find('/', from), path.size());
        parts.push_back(path.substr(from, slash - from));
        from = slash + 1;
    }
    return parts;
}

Router::Router(std::span<Route const> routes)
{
    for (auto const& route : routes) {
        auto parts = parts_of(route.path);
        by_length_[parts.size()].push_back({&route, std::move(parts)});
    }
    for (auto& [length, entries] : by_length_) // "/niches/learned" before "/niches/{id}"
        std::ranges::stable_sort(entries, {},
                                 [](Entry const& entry) { return std::ranges::count_if(entry.parts, is_name); });
}

bool Router::fits(Entry const& entry, std::vector<std::string_view> const& parts)
{
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (is_name(entry.parts[i]) ? parts[i].empty() : entry.parts[i] != parts[i]) return false;
    return true;
}

Router::Match Router::find(std::string_view method, std::string_view path) const
{
    Match match;
    auto const parts = parts_of(path);
    auto const entries = by_length_.find(parts.size());
    if (entries == by_length_.end()) return match;
    for (auto const& entry : entries->second) {
        if (!fits(entry, parts)) continue;
        if (entry.route->method == method || (entry.route->method == "GET" && method == "HEAD")) {
            match.route = entry.route;
            for (std::size_t i = 0; i < parts.size(); ++i)
                if (is_name(entry.parts[i]))
                    match.path.emplace(entry.parts[i].substr(1, entry.parts[i].size() - 2), parts[i]);
            return match;
        }
        match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(entry.route->method);
    }
    return match;
}

} // namespace api
