#pragma once
#include "simulators/platform.h"

namespace simulators {

/// OpenAI's /v1/audio/transcriptions, strict: the key, each field of the form and the WAV are checked.
class Transcriptions {
public:
    Transcriptions(std::string words, std::string key)
        : answer_(std::move(words)), key_(std::move(key)),
          platform([this](net::ServerRequest const& request) { return answer(request); },
                   R"({"error":{"message":"the model is overloaded","type":"server_error"}})")
    {
    }
    std::string url() const { return platform.url() + "/v1/audio/transcriptions"; }

private:
    /// The value of a form field; "" where it is not there.
    static std::string field(std::string const& body, std::string const& boundary, std::string const& name)
    {
        auto const at = body.find("name=\"" + name + "\"");
        if (at == std::string::npos) return "";
        auto const begin = body.find("\r\n\r\n", at);
        auto const end = body.find("\r\n--" + boundary, at);
        return begin == std::string::npos || end == std::string::npos ? "" : body.substr(begin + 4, end - begin - 4);
    }

    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.path != "/v1/audio/transcriptions") return {404, {}, R"({"error":"no such path"})"};
        if (request.method != "POST") return platform.refuse(405, "not a POST");
        if (request.header("Authorization") != "Bearer " + key_) {
            platform.refuse(401, "wrong key");
            return {401, {}, R"({"error":{"message":"Invalid API Key","code":"invalid_api_key"}})"};
        }
        auto const type = std::string(request.header("Content-Type"));
        auto const at = type.find("boundary=");
        if (!type.starts_with("multipart/form-data") || at == std::string::npos) return platform.refuse(400, "no form");
        auto const boundary = type.substr(at + 9);
        if (!request.body.ends_with("--" + boundary + "--\r\n")) return platform.refuse(400, "the form has no end");
        if (field(request.body, boundary, "model").empty()) return platform.refuse(400, "no model");
        if (field(request.body, boundary, "response_format") != "verbose_json")
            return platform.refuse(400, "word times need verbose_json");
        if (field(request.body, boundary, "timestamp_granularities[]") != "word")
            return platform.refuse(400, "no word times are asked for");
        auto const sound = field(request.body, boundary, "file");
        if (!sound.starts_with("RIFF") || sound.substr(8, 4) != "WAVE") return platform.refuse(400, "no WAV");
        return {200, {}, answer_};
    }

    std::string answer_;
    std::string key_;

public:
    Platform platform;
};

} // namespace simulators
