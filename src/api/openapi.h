#pragma once
#include "api/route.h"

namespace api {

/// The OpenAPI 3.1 document of these routes: what they take, answer and refuse, and who may use them.
base::json::object openapi_document(std::span<Route const> routes, std::string_view version);
/// "list_jobs" has its path in it: "get_jobs_by_id".
std::string operation_id(RouteInfo const& route);
/// A value that fits one of the document's schemas, from the fields' examples where they have one.
base::json::value example_of(base::json::value const& schema, base::json::object const& components);
/// What each family of routes is for.
std::string_view tag_help(std::string_view tag);
/// Statuses of problems that the route may answer, in order.
std::vector<int> problems_of(Route const& route);

} // namespace api
