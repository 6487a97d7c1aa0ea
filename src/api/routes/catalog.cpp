#include "api/route.h"

namespace api::routes {

struct LookList {
    std::vector<studio::Look> items;
};
BOOST_DESCRIBE_STRUCT(LookList, (), (items))

static LookList looks(Services& services, Call const&, Nothing const&) { return {services.studio.catalog().looks()}; }

static Route list_looks()
{
    return route({.method = "GET", .path = "/api/v1/looks", .tag = "transforms", .help = "Looks for an edit."}, looks);
}

struct FilterList {
    std::vector<plan::FilterInfo> items;
};
BOOST_DESCRIBE_STRUCT(FilterList, (), (items))

static FilterList filters(Services& services, Call const&, Nothing const&)
{
    return {services.studio.media().filters()};
}

static Route list_filters()
{
    return route({.method = "GET",
                  .path = "/api/v1/filters",
                  .tag = "transforms",
                  .help = "Filters with their parameters and ranges."},
                 filters);
}

struct CaptionStyleList {
    std::vector<plan::CaptionStyle> items;
};
BOOST_DESCRIBE_STRUCT(CaptionStyleList, (), (items))

static CaptionStyleList captions(Services& services, Call const&, Nothing const&)
{
    return {services.studio.catalog().captions()};
}

static Route list_caption_styles()
{
    return route({.method = "GET",
                  .path = "/api/v1/caption-styles",
                  .tag = "transforms",
                  .help = "Styles that captions come in."},
                 captions);
}

struct PlatformList {
    std::vector<studio::Platform> items;
};
BOOST_DESCRIBE_STRUCT(PlatformList, (), (items))

static PlatformList platforms(Services& services, Call const&, Nothing const&)
{
    return {services.studio.catalog().platforms()};
}

static Route list_platforms()
{
    return route({.method = "GET",
                  .path = "/api/v1/platforms",
                  .tag = "transforms",
                  .help = "Where clips are shown: lengths, and zones that controls cover."},
                 platforms);
}

std::vector<Route> catalog() { return {list_looks(), list_filters(), list_caption_styles(), list_platforms()}; }

} // namespace api::routes
