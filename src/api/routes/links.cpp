#include "accounts/accounts.h"
#include "api/router.h"

namespace api::routes {

struct LinkInput {
    std::string path;
};
BOOST_DESCRIBE_STRUCT(LinkInput, (), (path))
static std::vector<FieldRule> rules_of(LinkInput const*)
{
    return {{.name = "path",
             .help = "Of the file: a clip's content or thumbnail, an asset's content.",
             .required = true,
             .length_min = 1,
             .length_max = 300,
             .example = R"("/api/v1/clips/019a0000-0000-7000-8000-000000000000/content")"}};
}

struct LinkView {
    std::string url; ///< of this server: the path with what opens it
    std::int64_t expires_in = 0;
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (url, expires_in))

static LinkView make(Services& services, Call const& call, Nothing const&, LinkInput const& input)
{
    static Router const router(all_routes());
    auto const match = router.find("GET", input.path);
    if (!match.route || !match.route->by_link)
        base::fail(base::ErrorCode::InvalidInput, "path: '{}' is no file that a link opens",
                   base::truncate_utf8(input.path, 100));
    return {input.path + "?link=" + services.accounts.make_link(*call.principal, input.path),
            accounts::link_life.count() / 1000};
}

/// Whose file it is, is looked at when the link is used: with the rights of whoever made it.
static Route create_link()
{
    return route(
        {.method = "POST",
         .path = "/api/v1/links",
         .tag = "links",
         .help = "An address for a browser's own players, which send no header: it reads one file for an hour.",
         .keeps_answer = false},
        make);
}

std::vector<Route> links() { return {create_link()}; }

} // namespace api::routes
