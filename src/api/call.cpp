#include "api/call.h"

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
        base::fail(base::ErrorCode::InvalidInput, base::Next{"send Content-Type: application/json"},
                   "Content-Type: '{}' is not application/json", base::truncate_utf8(type, 80));
    if (request.body.empty()) return base::json::object{};
    return base::parse_json(request.body, "the body");
}

} // namespace api
