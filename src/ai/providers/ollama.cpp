#include "ai/provider.h"

#include <algorithm>

namespace ai::providers {

namespace {

constexpr std::int64_t context_tokens_min = 4'096; // Ollama cuts longer questions silently, so the room is asked for
constexpr std::int64_t context_tokens_max = 32'768;
constexpr std::int64_t bytes_a_token = 3; // a cautious guess

/// Ollama's own interface: unlike its OpenAI one it takes the size of the context.
class Ollama : public Provider {
public:
    Ollama(net::HttpClient& client, ProviderOptions options) : client_(client), options_(std::move(options)) {}
    std::vector<std::string> models(std::stop_token const& stop) override;
    Completion chat(std::string const& model, Question const& question, double temperature,
                    std::stop_token const& stop) override;

private:
    net::HttpClient& client_;
    ProviderOptions const options_;
};

[[noreturn]] void refuse(net::Response const& response)
{
    auto const text = fmt::format("ollama: HTTP {}: {}", response.status, http::reason(response));
    if (response.status == 401 || response.status == 403) throw ChatError(ChatFault::Key, text);
    if (response.status == 404) throw ChatError(ChatFault::Model, text, "`ollama pull` the model");
    if (response.status == 429 || response.status == 503) throw ChatError(ChatFault::Busy, text);
    if (response.status >= 500) throw ChatError(ChatFault::Down, text);
    throw ChatError(ChatFault::Refused, text);
}

std::string body_of(std::string const& model, Question const& question, double temperature)
{
    auto const bytes = static_cast<std::int64_t>(question.system.size() + question.user.size());
    auto const needed = bytes / bytes_a_token + question.answer_tokens_max;
    if (needed > context_tokens_max)
        throw ChatError(
            ChatFault::TooLarge,
            fmt::format("ollama: the question needs room for {} tokens; the limit is {}", needed, context_tokens_max));
    auto room = context_tokens_min;
    while (room < needed) room *= 2;
    return base::json::serialize(base::json::object{
        {"model", model},
        {"messages",
         {{{"role", "system"}, {"content", question.system}}, {{"role", "user"}, {"content", question.user}}}},
        {"stream", false},
        {"format", base::parse_json(question.schema, "schema")},
        {"options",
         {{"temperature", temperature}, {"num_ctx", room}, {"num_predict", question.answer_tokens_max}, {"seed", 7}}}});
}

std::int64_t count(base::json::object const& object, char const* name)
{
    auto const* found = object.if_contains(name);
    return found && found->is_int64() ? found->get_int64() : 0;
}

} // namespace

std::vector<std::string> Ollama::models(std::stop_token const& stop)
{
    auto const response = http::send(client_, http::request(options_, "/api/tags"), stop);
    if (!response.ok()) refuse(response);
    auto const document = http::parse(response, "ollama's list of models");
    auto const* object = document.if_object();
    auto const* list = object ? object->if_contains("models") : nullptr;
    if (!list || !list->is_array()) throw ChatError(ChatFault::BadAnswer, "ollama: the list of models has no models");
    std::vector<std::string> out;
    for (auto const& entry : list->get_array()) {
        auto const* model = entry.if_object();
        auto const* name = model ? model->if_contains("name") : nullptr;
        if (!name || !name->is_string()) continue;
        out.emplace_back(name->get_string());
        if (out.back().ends_with(":latest")) out.push_back(out.back().substr(0, out.back().size() - 7));
    }
    return out;
}

Completion Ollama::chat(std::string const& model, Question const& question, double temperature,
                        std::stop_token const& stop)
{
    auto const response =
        http::send(client_, http::request(options_, "/api/chat", body_of(model, question, temperature)), stop);
    if (!response.ok()) refuse(response);
    auto const document = http::parse(response, "ollama's answer");
    auto const* object = document.if_object();
    if (object && object->contains("error")) throw ChatError(ChatFault::Down, "ollama: " + http::reason(response));
    boost::system::error_code error;
    auto const* content = document.find_pointer("/message/content", error);
    if (!object || !content || !content->is_string())
        throw ChatError(ChatFault::BadAnswer, "ollama: the answer has no message.content");
    auto const* reason = object->if_contains("done_reason");
    if (reason && reason->is_string() && reason->get_string() != "stop")
        throw ChatError(ChatFault::BadAnswer, fmt::format("ollama: the answer ends with '{}' instead of being whole",
                                                          std::string_view(reason->get_string())));
    return {std::string(content->get_string()), count(*object, "prompt_eval_count") + count(*object, "eval_count")};
}

ProviderType ollama()
{
    return {.name = "ollama",
            .help = "Models on this machine or in this network, through Ollama.",
            .url = "http://127.0.0.1:11434",
            .key_setting = "",
            .model_setting = "ai.ollama_models",
            .make = [](net::HttpClient& client, ProviderOptions options) -> std::unique_ptr<Provider> {
                options.timeout *= 5; // the first call loads the model
                return std::make_unique<Ollama>(client, std::move(options));
            }};
}

} // namespace ai::providers
