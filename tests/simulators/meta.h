#pragma once
// What Instagram and Facebook share: the Graph API's errors and its access token.
#include "simulators/simulator.h"

namespace simulators {

inline constexpr char const* graph = "/v24.0/";

inline net::ServerResponse graph_error(int status, int code, std::string const& why, int subcode = 0,
                                       bool transient = false)
{
    json::object error{{"message", why}, {"type", "OAuthException"}, {"code", code}, {"is_transient", transient}};
    if (subcode != 0) error["error_subcode"] = subcode;
    error["fbtrace_id"] = "SimTrace";
    return answer_json(json::object{{"error", error}}, {}, status);
}
inline net::ServerResponse graph_refusal(int status, std::string const& why) { return graph_error(status, 100, why); }

/// The token, as a header or as a parameter.
inline void need_graph_token(Asked const& asked, std::string const& token)
{
    auto const header = after(asked.request.header("Authorization"), "Bearer ");
    auto const given = header.empty() ? asked.text("access_token") : header;
    if (given != token)
        throw Refused{"wrong token", graph_error(400, 190, "Error validating access token: it has expired.", 463)};
}

/// Throttling, permissions and tokens: none of them has a status of its own.
inline std::vector<OwnError> graph_errors()
{
    auto limited = graph_error(400, 80002, "There have been too many calls to this account.", 0, true);
    limited.headers = {{"X-Business-Use-Case-Usage",
                        R"({"178":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":19}]})"}};
    return {
        {"too many as a 403", "rate_limited", graph_error(403, 4, "(#4) Application request limit reached", 0, true)},
        {"too many as a 400", "rate_limited", graph_error(400, 17, "(#17) User request limit reached", 0, true)},
        {"too many with minutes to wait", "rate_limited", limited},
        {"token expired", "auth_expired", graph_error(400, 190, "Session has expired.", 463)},
        {"permission missing", "auth_missing", graph_error(403, 10, "(#10) This endpoint requires a permission.")},
        {"scope missing", "auth_missing", graph_error(400, 200, "(#200) Requires extended permission.")},
        {"for the moment", "upstream_error", graph_error(500, 2, "An unexpected error has occurred.", 0, true)},
        {"bad field", "bad_answer", graph_error(400, 100, "(#100) Tried accessing a nonexisting field")}};
}

} // namespace simulators
