#pragma once
#include "base/error.h"
#include "base/json.h"
#include "net/http_server.h"

#include <optional>
#include <stdexcept>

namespace api {

/// An error as the caller gets it: RFC 9457 with fields of our own.
struct Problem {
    std::string type = "about:blank";
    std::string title;
    int status = 500;
    std::string code;
    std::string detail;
    std::optional<std::string> field; ///< which of the caller's fields is meant: "plan.cuts[0].end"
    std::string request_id;
    std::optional<int> retry_after; ///< seconds
    std::optional<std::string> next_action;
    std::optional<std::string> provider;
};
BOOST_DESCRIBE_STRUCT(Problem, (),
                      (type, title, status, code, detail, field, request_id, retry_after, next_action, provider))

/// An error whose HTTP status is none of those that error codes have (400, 401, 415 ...).
struct StatusError : base::Error {
    StatusError(int http_status, std::string const& message, std::string next = {});
    int status;
};

/// For what no ErrorCode says: a handler throws it, the dispatcher answers it.
struct ProblemError : std::runtime_error {
    explicit ProblemError(Problem what) : std::runtime_error(what.detail), problem(std::move(what)) {}
    Problem problem;
    net::Headers headers = {};
};

int status_of(base::ErrorCode code);
/// "not_found": what problems of this status are called.
std::string_view code_of(int status);
/// "Not Found", the phrase of the status.
std::string_view title_of(int status);
/// What a raised error becomes; "jobs.kind: ..." names its field.
Problem problem_of(base::Error const& error, std::string request_id);
Problem make_problem(int status, std::string code, std::string detail, std::string request_id,
                     std::string next_action = {});
/// As application/problem+json: fields that say nothing are left out.
net::ServerResponse problem_response(Problem const& problem);

} // namespace api
