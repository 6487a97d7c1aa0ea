#pragma once
#include "base/config.h"
#include "net/http.h"
#include "studio/recogniser.h"

#include <memory>

namespace speech {

/// Any server that speaks OpenAI's /v1/audio/transcriptions with word timestamps: Groq, speaches, whisper-server.
class HttpRecogniser : public studio::Recogniser {
public:
    struct Options {
        std::string url; ///< of the call itself
        std::string model;
        std::string key;      ///< "" where the server wants none
        std::string language; ///< ISO 639-1; "" lets the server find out
        base::Milliseconds timeout{10 * 60'000};
        int attempts = 3;
    };
    /// InvalidInput where the URL or the key cannot be used.
    HttpRecogniser(net::HttpClient& client, base::Random& random, Options options);

    std::string name() const override;
    double seconds_max() const override;
    plan::Transcript hear(std::filesystem::path const& sound, std::stop_token const& stop) const override;

private:
    net::Request request(std::string const& sound) const;

    net::HttpClient& client_;
    base::Random& random_;
    Options options_;
    std::string host_;
};

std::vector<base::Setting> settings();

/// What the settings ask for; nullptr where they name no service: then the built-in recogniser listens.
std::unique_ptr<studio::Recogniser> recogniser_from(base::Config const& config, net::HttpClient& client,
                                                    base::Random& random);

} // namespace speech
