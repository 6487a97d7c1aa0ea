#include "ai/provider.h"

namespace ai::providers {

namespace {

/// Chat completions as OpenAI defined them; Groq's answers, errors and limits.
class Groq : public Provider {
public:
    Groq(net::HttpClient& client, ProviderOptions options) : client_(client), options_(std::move(options)) {}
    std::vector<std::string> models(std::stop_token const& stop) override;
    Completion chat(std::string const& model, Question const& question, double temperature,
                    std::stop_token const& stop) override;

private:
    net::HttpClient& client_;
    ProviderOptions const options_;
};

std::optional<base::Milliseconds> asked_wait(net::Response const& response, base::Time now)
{
    if (auto const text = response.header("retry-after-ms"); !text.empty())
        if (auto const wait = base::parse_duration(std::string(text) + "ms")) return wait;
    return response.retry_after(now);
}

[[noreturn]] void refuse(net::Response const& response, base::Time now)
{
    auto const code = http::error_code(response);
    auto const text = fmt::format("groq: HTTP {}: {}", response.status, http::reason(response));
    auto const raise = [&](ChatFault fault, std::string next = {}) {
        throw ChatError(fault, text, std::move(next), asked_wait(response, now));
    };
    if (response.status == 401 || response.status == 403) raise(ChatFault::Key, "check GROQ_API_KEY");
    if (response.status == 404 || code == "model_not_found" || code == "model_decommissioned") raise(ChatFault::Model);
    if (response.status == 413) raise(ChatFault::TooLarge);
    if (code == "json_validate_failed" || response.status == 422) raise(ChatFault::BadAnswer);
    if (response.status == 429 || response.status == 498) raise(ChatFault::Busy);
    if (response.status == 408 || response.status == 409 || response.status >= 500) raise(ChatFault::Down);
    raise(ChatFault::Refused, "check ai.groq_models: some models take no JSON schema");
    std::terminate();
}

std::string body_of(std::string const& model, Question const& question, double temperature)
{
    base::json::object const format{
        {"type", "json_schema"},
        {"json_schema",
         {{"name", question.schema_name}, {"strict", true}, {"schema", base::parse_json(question.schema, "schema")}}}};
    base::json::object body{
        {"model", model},
        {"messages",
         {{{"role", "system"}, {"content", question.system}}, {{"role", "user"}, {"content", question.user}}}},
        {"temperature", temperature},
        {"max_completion_tokens", question.answer_tokens_max},
        {"response_format", format},
        {"stream", false}};
    // These think before they answer, and what they think counts as answer.
    if (model.starts_with("openai/gpt-oss")) body["reasoning_effort"] = "low";
    return base::json::serialize(body);
}

Completion read(base::json::value const& document)
{
    boost::system::error_code error;
    auto const* reason = document.find_pointer("/choices/0/finish_reason", error);
    auto const* content = document.find_pointer("/choices/0/message/content", error);
    if (!reason || !reason->is_string())
        throw ChatError(ChatFault::BadAnswer, "groq: the answer has no choices[0].finish_reason");
    if (reason->get_string() != "stop")
        throw ChatError(ChatFault::BadAnswer, fmt::format("groq: the answer ends with '{}' instead of being whole",
                                                          std::string_view(reason->get_string())));
    if (!content || !content->is_string())
        throw ChatError(ChatFault::BadAnswer, "groq: the answer has no choices[0].message.content");
    auto const* tokens = document.find_pointer("/usage/total_tokens", error);
    return {std::string(content->get_string()), tokens && tokens->is_int64() ? tokens->get_int64() : 0};
}

} // namespace

std::vector<std::string> Groq::models(std::stop_token const& stop)
{
    auto const response = http::send(client_, http::request(options_, "/models"), stop);
    if (!response.ok()) refuse(response, client_.clock().now());
    auto const document = http::parse(response, "groq's list of models");
    auto const* object = document.if_object();
    auto const* data = object ? object->if_contains("data") : nullptr;
    if (!data || !data->is_array()) throw ChatError(ChatFault::BadAnswer, "groq: the list of models has no data");
    std::vector<std::string> out;
    for (auto const& entry : data->get_array()) {
        auto const* model = entry.if_object();
        auto const* id = model ? model->if_contains("id") : nullptr;
        auto const* active = model ? model->if_contains("active") : nullptr;
        if (id && id->is_string() && !(active && active->is_bool() && !active->get_bool()))
            out.emplace_back(id->get_string());
    }
    return out;
}

Completion Groq::chat(std::string const& model, Question const& question, double temperature,
                      std::stop_token const& stop)
{
    auto const response =
        http::send(client_, http::request(options_, "/chat/completions", body_of(model, question, temperature)), stop);
    if (!response.ok()) refuse(response, client_.clock().now());
    return read(http::parse(response, "groq's answer"));
}

ProviderType groq()
{
    return {.name = "groq",
            .help = "Groq, or any service with OpenAI's chat completions and JSON schemas (endpoint.groq).",
            .url = "https://api.groq.com/openai/v1",
            .key_setting = "ai.groq_key",
            .model_setting = "ai.groq_models",
            .paid = true,
            .make = [](net::HttpClient& client, ProviderOptions options) -> std::unique_ptr<Provider> {
                return std::make_unique<Groq>(client, std::move(options));
            }};
}

} // namespace ai::providers
