#pragma once
#include "api/route.h"

namespace api {

/// Finds the route of a request. Built once; reads only.
class Router {
public:
    explicit Router(std::span<Route const> routes);

    struct Match {
        Route const* route = nullptr; ///< none: see `allowed`
        std::map<std::string, std::string, std::less<>> path;
        std::string allowed; ///< methods that the path takes, "" where there is nothing at it
    };
    Match find(std::string_view method, std::string_view path) const;

private:
    struct Entry {
        Route const* route;
        std::vector<std::string_view> parts;
    };
    static std::vector<std::string_view> parts_of(std::string_view path);
    static bool fits(Entry const& entry, std::vector<std::string_view> const& parts);

    std::map<std::size_t, std::vector<Entry>> by_length_; ///< number of parts -> routes, plain ones first
};

} // namespace api
