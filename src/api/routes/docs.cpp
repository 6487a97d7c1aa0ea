#include "api/openapi.h"
#include "api/reference.h"

namespace api::routes {

static net::ServerResponse document(Services& services, Call const&, Nothing const&)
{
    static auto const text = base::json::serialize(openapi_document(all_routes(), services.version));
    return {.body = text};
}

static Route get_openapi()
{
    return route({.method = "GET",
                  .path = "/api/v1/openapi.json",
                  .access = Access::Public,
                  .tag = "system",
                  .help = "This document.",
                  .returns = "application/json"},
                 document);
}

static net::ServerResponse page(Services& services, Call const&, Nothing const&)
{
    static auto const text = reference_page(openapi_document(all_routes(), services.version));
    return {.body = text, .content_type = "text/html; charset=utf-8"};
}

static Route get_docs()
{
    return route({.method = "GET",
                  .path = "/api/docs",
                  .access = Access::Public,
                  .tag = "system",
                  .help = "The API reference as a page.",
                  .returns = "text/html"},
                 page);
}

static net::ServerResponse style(Services&, Call const&, Nothing const&)
{
    return {.body = std::string(reference_style()), .content_type = "text/css; charset=utf-8"};
}

static Route get_docs_style()
{
    return route({.method = "GET",
                  .path = "/api/docs/style.css",
                  .access = Access::Public,
                  .tag = "system",
                  .help = "The style sheet of the reference.",
                  .returns = "text/css"},
                 style);
}

std::vector<Route> docs() { return {get_openapi(), get_docs(), get_docs_style()}; }

} // namespace api::routes
