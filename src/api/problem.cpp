#include "api/problem.h"

#include <algorithm>

namespace api {

int status_of(base::ErrorCode code)
{
    switch (code) {
    case base::ErrorCode::InvalidInput: return 422;
    case base::ErrorCode::NotFound: return 404;
    case base::ErrorCode::Forbidden: return 403;
    case base::ErrorCode::Conflict: return 409;
    case base::ErrorCode::Unavailable: return 503;
    case base::ErrorCode::RateLimited: return 429;
    case base::ErrorCode::Timeout: return 504;
    case base::ErrorCode::Upstream: return 502;
    case base::ErrorCode::Storage: return 507;
    default: return 500;
    }
}

std::string_view title_of(int status)
{
    switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return status >= 500 ? "Server Error" : "Request Failed";
    }
}

std::string_view code_of(int status)
{
    switch (status) {
    case 400: return "bad_request";
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 404: return "not_found";
    case 405: return "method_not_allowed";
    case 409: return "conflict";
    case 412: return "precondition_failed";
    case 413: return "too_large";
    case 415: return "unsupported_media_type";
    case 416: return "range_not_satisfiable";
    case 421: return "misdirected";
    case 422: return "invalid_input";
    case 429: return "rate_limited";
    case 502: return "upstream";
    case 503: return "unavailable";
    case 504: return "timeout";
    case 507: return "storage";
    default: return "internal";
    }
}

StatusError::StatusError(int http_status, std::string const& message, std::string next)
    : base::Error(http_status >= 500 ? base::ErrorCode::Internal : base::ErrorCode::InvalidInput, message,
                  std::move(next)),
      status(http_status)
{
}

static std::optional<std::string> field_of(std::string_view message)
{
    auto const colon = message.find(": ");
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    auto const name = message.substr(0, colon);
    auto const plain = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' || c == ']';
    });
    return plain ? std::optional(std::string(name)) : std::nullopt;
}

Problem make_problem(int status, std::string code, std::string detail, std::string request_id, std::string next_action)
{
    Problem problem;
    problem.title = title_of(status);
    problem.status = status;
    problem.code = std::move(code);
    problem.detail = std::move(detail);
    problem.request_id = std::move(request_id);
    if (!next_action.empty()) problem.next_action = std::move(next_action);
    return problem;
}

Problem problem_of(base::Error const& error, std::string request_id)
{
    auto problem = make_problem(status_of(error.code), std::string(base::name(error.code)), error.what(),
                                std::move(request_id), error.next_action);
    if (auto const* exact = dynamic_cast<StatusError const*>(&error)) {
        problem.status = exact->status;
        problem.title = title_of(exact->status);
        problem.code = code_of(exact->status);
        return problem;
    }
    if (error.code == base::ErrorCode::InvalidInput) problem.field = field_of(error.what());
    if (error.code == base::ErrorCode::RateLimited) problem.retry_after = 1;
    return problem;
}

net::ServerResponse problem_response(Problem const& problem)
{
    base::json::object body{{"type", problem.type}, {"title", problem.title},   {"status", problem.status},
                            {"code", problem.code}, {"detail", problem.detail}, {"request_id", problem.request_id}};
    if (problem.field) body["field"] = *problem.field;
    if (problem.retry_after) body["retry_after"] = *problem.retry_after;
    if (problem.next_action) body["next_action"] = *problem.next_action;
    if (problem.provider) body["provider"] = *problem.provider;
    net::ServerResponse response{
        .status = problem.status, .body = base::json::serialize(body), .content_type = "application/problem+json"};
    if (problem.retry_after) response.headers.emplace_back("Retry-After", std::to_string(*problem.retry_after));
    if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

} // namespace api
