#pragma once
#include "ai/language_model.h"
#include "net/http.h"

#include <memory>
#include <span>

namespace ai {

/// Why a provider gave no answer, as far as it decides what is done next.
enum class ChatFault {
    Key,       ///< it refuses the key
    Model,     ///< it has no such model (any more): the next one is tried
    TooLarge,  ///< the question does not fit: ask less
    BadAnswer, ///< cut off, no JSON, not of the schema: worth one more try
    Busy,      ///< 429, or a queue that is full
    Down,      ///< 5xx, no connection, too slow
    Refused,   ///< anything else it did not like
};

struct ChatError : base::Error {
    ChatError(ChatFault what, std::string const& message, std::string next = {},
              std::optional<base::Milliseconds> wait_for = {});
    ChatFault fault;
    std::optional<base::Milliseconds> wait; ///< what it asks for before the next try
};

/// How to reach it.
struct ProviderOptions {
    std::string url; ///< base of its calls, no slash at the end
    std::string key; ///< "" where it wants none
    base::Milliseconds timeout{60'000};
};

/// What came back: whole, but not looked into.
struct Completion {
    std::string text;
    std::int64_t tokens = 0; ///< in and out, as the provider counts
};

/// A service that runs language models. Thread-safe; every failure is a ChatError, or Cancelled.
class Provider {
public:
    virtual ~Provider() = default;
    /// The models that it has now.
    virtual std::vector<std::string> models(std::stop_token const& stop) = 0;
    virtual Completion chat(std::string const& model, Question const& question, double temperature,
                            std::stop_token const& stop) = 0;
};

/// All there is to know of a provider.
struct ProviderType {
    std::string_view name;
    std::string_view help;
    std::string_view url;           ///< its own; endpoint.NAME replaces it
    std::string_view key_setting;   ///< "" where it wants none
    std::string_view model_setting; ///< a list, best first; empty: not configured
    bool paid = false;              ///< counts against the day's budget
    std::unique_ptr<Provider> (*make)(net::HttpClient&, ProviderOptions) = nullptr;
};

/// In alphabetical order.
std::span<ProviderType const> all_providers();

/// What providers over HTTP share.
namespace http {

inline constexpr std::size_t answer_bytes_max = 4U << 20U;
inline constexpr std::size_t reason_bytes_max = 200;

net::Request request(ProviderOptions const& options, std::string_view path, std::string body = {});
/// Sends; what fails below HTTP is Down.
net::Response send(net::HttpClient& client, net::Request const& request, std::stop_token const& stop);
/// What the service says went wrong: {"error": {"message"}} or {"error": "..."}; else the beginning of its text.
std::string reason(net::Response const& response);
/// "model_not_found" of {"error": {"code"}}; "" where there is none.
std::string error_code(net::Response const& response);
base::json::value parse(net::Response const& response, std::string_view who);

} // namespace http

} // namespace ai
