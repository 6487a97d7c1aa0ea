#include "api/call.h"

#include "api/problem.h"

namespace api {

std::string const& Call::owner() const
{
    if (!principal) base::fail(base::ErrorCode::Internal, "{} has no caller", request.path);
    return principal->user_id;
}

std::optional<std::string> Call::job_key() const
{
    if (key().empty()) return std::nullopt;
    return fmt::format("api:{}:{}", request.path, key());
}

base::json::value Call::json_body() const
{
    auto const type = base::lower_ascii(request.header("Content-Type"));
    if (!type.empty() && !type.starts_with("application/json"))
        throw StatusError(415, fmt::format("'{}' is not application/json", base::truncate_utf8(type, 80)),
                          "send Content-Type: application/json");
    if (request.body.empty()) return base::json::object{};
    try {
        return base::parse_json(request.body, "the body");
    } catch (base::Error const& error) {
        throw StatusError(400, error.what(), "send one JSON document, at most 32 levels deep");
    }
}

} // namespace api
