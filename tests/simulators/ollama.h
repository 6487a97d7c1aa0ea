#pragma once
#include "base/json.h"
#include "simulators/victim.h"

namespace simulators {

/// Ollama's own interface; the model behind it is a Victim.
class Ollama {
public:
    explicit Ollama(std::vector<std::string> models = {"llama3.2:3b"})
        : models_(std::move(models)), platform([this](net::ServerRequest const& request) { return answer(request); },
                                               R"({"error":"an error was encountered while running the model"})")
    {
    }
    std::string url() const { return platform.url(); }

private:
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.path == "/api/tags" && request.method == "GET") {
            base::json::array list;
            for (auto const& model : models_) list.push_back(base::json::object{{"name", model}, {"model", model}});
            return {200, {}, base::json::serialize(base::json::object{{"models", list}})};
        }
        if (request.path != "/api/chat" || request.method != "POST")
            return {404, {}, "404 page not found", "text/plain"};
        auto const body = base::parse_json(request.body, "body").as_object();
        auto const model = std::string(body.at("model").as_string());
        if (std::ranges::find(models_, model) == models_.end())
            return {404, {}, base::json::serialize(base::json::object{{"error", "model '" + model + "' not found"}})};
        auto const& options = body.at("options").as_object();
        if (body.at("stream").as_bool() || !body.at("format").is_object() || options.at("num_ctx").as_int64() < 2048)
            return platform.refuse(400, "stream, format or num_ctx are not what this test expects");
        auto const& messages = body.at("messages").as_array();
        auto const text = [&](std::size_t i) { return std::string(messages.at(i).at("content").as_string()); };
        return {200,
                {},
                base::json::serialize(base::json::object{
                    {"model", model},
                    {"created_at", "2026-11-22T08:30:00.123456Z"},
                    {"message", {{"role", "assistant"}, {"content", Victim::answer(text(0), text(1))}}},
                    {"done", true},
                    {"done_reason", "stop"},
                    {"prompt_eval_count", 26},
                    {"eval_count", 12}})};
    }

    std::vector<std::string> models_;

public:
    Platform platform;
};

} // namespace simulators
