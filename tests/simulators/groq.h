#pragma once
#include "base/json.h"
#include "simulators/victim.h"

namespace simulators {

/// Groq's chat completions, strict about key, fields and schema; the model behind it is a Victim.
class Groq {
public:
    explicit Groq(std::string key, std::vector<std::string> models = {"openai/gpt-oss-120b"})
        : key_(std::move(key)), models_(std::move(models)),
          platform([this](net::ServerRequest const& request) { return answer(request); },
                   R"({"error":{"message":"Service Unavailable","type":"internal_server_error",)"
                   R"("code":"service_unavailable"}})")
    {
    }
    std::string url() const { return platform.url() + "/openai/v1"; }
    /// What the next answers are, one after the other, instead of the victim's.
    void say(std::vector<net::ServerResponse> answers)
    {
        std::scoped_lock const lock(mutex_);
        scripted_ = std::move(answers);
    }
    void set_models(std::vector<std::string> models)
    {
        std::scoped_lock const lock(mutex_);
        models_ = std::move(models);
    }
    std::vector<std::string> chats() const
    {
        std::scoped_lock const lock(mutex_);
        return chats_;
    }
    static net::ServerResponse error(int status, std::string const& code, std::string const& message,
                                     net::Headers headers = {})
    {
        return {status, std::move(headers),
                base::json::serialize(base::json::object{
                    {"error", {{"message", message}, {"type", "invalid_request_error"}, {"code", code}}}})};
    }
    static net::ServerResponse completion(std::string const& content, std::string const& reason = "stop",
                                          std::int64_t tokens = 53)
    {
        base::json::object const choice{{"index", 0},
                                        {"message", {{"role", "assistant"}, {"content", content}}},
                                        {"logprobs", nullptr},
                                        {"finish_reason", reason}};
        return {200,
                {{"x-ratelimit-remaining-tokens", "7600"}, {"x-ratelimit-reset-tokens", "7.66s"}},
                base::json::serialize(base::json::object{{"id", "chatcmpl-EXAMPLE-1"},
                                                         {"object", "chat.completion"},
                                                         {"created", 1795336000},
                                                         {"choices", base::json::array{choice}},
                                                         {"usage", {{"total_tokens", tokens}}}})};
    }

private:
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.header("Authorization") != "Bearer " + key_) {
            platform.refuse(401, "wrong key");
            return error(401, "invalid_api_key", "Invalid API Key");
        }
        if (request.path == "/openai/v1/models" && request.method == "GET") return list();
        if (request.path != "/openai/v1/chat/completions" || request.method != "POST")
            return error(404, "unknown_url", "Unknown request URL");
        return chat(request);
    }

    net::ServerResponse list()
    {
        std::scoped_lock const lock(mutex_);
        base::json::array data;
        for (auto const& model : models_)
            data.push_back(base::json::object{{"id", model}, {"object", "model"}, {"active", true}});
        data.push_back(base::json::object{{"id", "sleeping-model"}, {"object", "model"}, {"active", false}});
        return {200, {}, base::json::serialize(base::json::object{{"object", "list"}, {"data", data}})};
    }

    /// "" where the body is what Groq takes.
    static std::string wrong(base::json::object const& body)
    {
        static std::array<std::string_view, 8> const fields{
            "model",           "messages", "temperature",           "stream",
            "response_format", "seed",     "max_completion_tokens", "reasoning_effort"};
        for (auto const& field : body)
            if (std::ranges::find(fields, std::string_view(field.key())) == fields.end())
                return "property '" + std::string(field.key()) + "' is unsupported";
        for (auto const* name : {"model", "messages", "response_format", "max_completion_tokens"})
            if (!body.contains(name)) return std::string("'") + name + "' is missing";
        auto const& format = body.at("response_format").as_object();
        if (format.at("type").as_string() != "json_schema") return "no schema";
        auto const& schema = format.at("json_schema").as_object();
        if (!schema.at("strict").as_bool() || schema.at("name").as_string().empty()) return "the schema is not strict";
        return strict(schema.at("schema").as_object());
    }

    /// With strict, every object has all its properties required and allows no others.
    static std::string strict(base::json::object const& schema)
    {
        auto const& type = schema.at("type").as_string();
        if (type == "array") return strict(schema.at("items").as_object());
        if (type != "object") return "";
        if (schema.at("additionalProperties").as_bool()) return "additionalProperties must be false";
        auto const& properties = schema.at("properties").as_object();
        if (schema.at("required").as_array().size() != properties.size()) return "required must name every property";
        for (auto const& property : properties)
            if (auto const text = strict(property.value().as_object()); !text.empty()) return text;
        return "";
    }

    net::ServerResponse chat(net::ServerRequest const& request)
    {
        auto const body = base::parse_json(request.body, "body").as_object();
        if (auto const text = wrong(body); !text.empty()) {
            platform.refuse(400, text);
            return error(400, "invalid_request_error", text);
        }
        std::scoped_lock const lock(mutex_);
        chats_.push_back(request.body);
        if (!scripted_.empty()) {
            auto const first = scripted_.front();
            scripted_.erase(scripted_.begin());
            return first;
        }
        auto const model = std::string(body.at("model").as_string());
        if (std::ranges::find(models_, model) == models_.end())
            return error(404, "model_not_found", "The model `" + model + "` does not exist.");
        auto const& messages = body.at("messages").as_array();
        auto const text = [&](std::size_t i) { return std::string(messages.at(i).at("content").as_string()); };
        return completion(Victim::answer(text(0), text(1)));
    }

    std::string key_;
    mutable std::mutex mutex_;
    std::vector<std::string> models_;
    std::vector<net::ServerResponse> scripted_;
    std::vector<std::string> chats_;

public:
    Platform platform;
};

} // namespace simulators
