#include "ai/provider.h"

#include <charconv>

namespace ai {

static base::ErrorCode code_of(ChatFault fault)
{
    switch (fault) {
    case ChatFault::Key: return base::ErrorCode::Forbidden;
    case ChatFault::Model: return base::ErrorCode::Unavailable;
    case ChatFault::TooLarge:
    case ChatFault::Refused: return base::ErrorCode::InvalidInput;
    case ChatFault::Busy: return base::ErrorCode::RateLimited;
    case ChatFault::BadAnswer:
    case ChatFault::Down: return base::ErrorCode::Upstream;
    }
    return base::ErrorCode::Internal;
}

ChatError::ChatError(ChatFault what, std::string const& message, std::string next,
                     std::optional<base::Milliseconds> wait_for)
    : base::Error(code_of(what), message, std::move(next)), fault(what), wait(wait_for)
{
}

namespace http {

net::Request request(ProviderOptions const& options, std::string_view path, std::string body)
{
    net::Request out{.url = options.url + std::string(path), .trust = net::Trust::Operator};
    out.headers = {{"Accept", "application/json"}};
    if (!options.key.empty()) out.headers.emplace_back("Authorization", "Bearer " + options.key);
    if (!body.empty()) {
        out.method = "POST";
        out.headers.emplace_back("Content-Type", "application/json");
        out.body = std::move(body);
    }
    out.total_timeout = options.timeout;
    out.stall_timeout = options.timeout; // it thinks before it answers
    out.body_bytes_max = answer_bytes_max;
    out.redirects_max = 0; // a key is shown to nobody else
    out.attempts_max = 1;
    return out;
}

net::Response send(net::HttpClient& client, net::Request const& request, std::stop_token const& stop)
{
    try {
        return client.send(request, stop);
    } catch (base::Error const& error) {
        if (error.code == base::ErrorCode::Cancelled) throw;
        throw ChatError(ChatFault::Down, error.what(), error.next_action);
    }
}

static base::json::value const* error_of(base::json::value const& document)
{
    auto const* object = document.if_object();
    return object ? object->if_contains("error") : nullptr;
}

static std::string told(std::string_view text) { return base::truncate_utf8(base::clean_utf8(text), reason_bytes_max); }

/// A string member of {"error": {...}}.
static std::string member(net::Response const& response, char const* name)
{
    try {
        auto const document = base::parse_json(response.body, "answer");
        auto const* error = error_of(document);
        if (!error) return {};
        if (auto const* text = error->if_string(); text && std::string_view(name) == "message") return told(*text);
        auto const* object = error->if_object();
        auto const* found = object ? object->if_contains(name) : nullptr;
        return found && found->is_string() ? told(found->get_string()) : std::string();
    } catch (base::Error const&) { // not JSON
        return {};
    }
}

std::string reason(net::Response const& response)
{
    auto text = member(response, "message");
    return text.empty() ? told(base::strip_html(base::clean_utf8(response.body.substr(0, 1000)))) : text;
}

std::string error_code(net::Response const& response) { return member(response, "code"); }

base::json::value parse(net::Response const& response, std::string_view who)
{
    try {
        return base::parse_json(response.body, who);
    } catch (base::Error const& error) {
        throw ChatError(ChatFault::BadAnswer, error.what());
    }
}

} // namespace http

} // namespace ai
