#include "speech/http_recogniser.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/retry.h"
#include "studio/subtitles/document.h"

namespace speech {

static constexpr std::size_t sound_bytes_max = 24U << 20U; // the least that such services take is 25 MB
static constexpr double part_seconds_max = 700;            // of 16 kHz mono: 22 MB
static constexpr std::size_t answer_bytes_max = 16U << 20U;
static constexpr std::size_t reason_bytes_max = 200;
static constexpr char const* groq_url = "https://api.groq.com/openai/v1/audio/transcriptions";
static constexpr char const* groq_model = "whisper-large-v3-turbo";

HttpRecogniser::HttpRecogniser(net::HttpClient& client, base::Random& random, Options options)
    : client_(client), random_(random), options_(std::move(options))
{
    host_ = net::parse_url(options_.url).host;
    for (auto const* text : {&options_.key, &options_.model, &options_.language})
        for (auto const c : *text)
            if (static_cast<unsigned char>(c) < 0x20)
                base::fail(base::ErrorCode::InvalidInput, "speech: a setting holds a control character");
}

std::string HttpRecogniser::name() const { return options_.model + " at " + host_; }

double HttpRecogniser::seconds_max() const { return part_seconds_max; }

/// multipart/form-data (RFC 7578).
net::Request HttpRecogniser::request(std::string const& sound) const
{
    auto const boundary = "ettametta-" + base::sha256(sound).substr(0, 32); // does not occur in what it was made of
    std::string body;
    auto const part = [&](std::string_view header, std::string_view value) {
        body += fmt::format("--{}\r\nContent-Disposition: form-data; name={}\r\n\r\n", boundary, header);
        body += value;
        body += "\r\n";
    };
    part("\"model\"", options_.model);
    part("\"response_format\"", "verbose_json");
    part("\"timestamp_granularities[]\"", "word");
    part("\"temperature\"", "0");
    if (!options_.language.empty()) part("\"language\"", options_.language);
    part("\"file\"; filename=\"sound.wav\"\r\nContent-Type: audio/wav", sound);
    body += "--" + boundary + "--\r\n";
    net::Request request{.url = options_.url, .trust = net::Trust::Operator, .method = "POST"};
    request.headers = {{"Content-Type", "multipart/form-data; boundary=" + boundary}, {"Accept", "application/json"}};
    if (!options_.key.empty()) request.headers.emplace_back("Authorization", "Bearer " + options_.key);
    request.body = std::move(body);
    request.total_timeout = options_.timeout;
    request.stall_timeout = options_.timeout; // it thinks before it answers
    request.body_bytes_max = answer_bytes_max;
    request.redirects_max = 0; // a key is shown to nobody else
    request.attempts_max = 1;
    return request;
}

/// What the server says went wrong: {"error": {"message": ...}}, or the beginning of its text.
static std::string reason_of(net::Response const& response)
{
    try {
        auto const value = base::parse_json(response.body, "answer");
        if (auto const* object = value.if_object())
            if (auto const* error = object->if_contains("error")) {
                if (auto const* nested = error->if_object())
                    if (auto const* message = nested->if_contains("message"); message && message->is_string())
                        return base::truncate_utf8(base::clean_utf8(std::string_view(message->get_string())),
                                                   reason_bytes_max);
                if (error->is_string())
                    return base::truncate_utf8(base::clean_utf8(std::string_view(error->get_string())),
                                               reason_bytes_max);
            }
    } catch (base::Error const&) { // not JSON: its text is told
    }
    return base::truncate_utf8(base::strip_html(base::clean_utf8(response.body.substr(0, 1000))), reason_bytes_max);
}

[[noreturn]] static void fail_answer(net::Response const& response, std::string const& host)
{
    auto const reason = reason_of(response);
    if (response.status == 401 || response.status == 403)
        base::fail(base::ErrorCode::Forbidden, base::Next{"check the key: ETTAMETTA_SPEECH_KEY or GROQ_API_KEY"},
                   "{} refuses the key: {}", host, reason);
    if (response.status == 429)
        base::fail(base::ErrorCode::RateLimited, base::Next{"try again later"}, "{} is busy: {}", host, reason);
    if (response.status >= 500)
        base::fail(base::ErrorCode::Upstream, "{} answers {}: {}", host, response.status, reason);
    base::fail(base::ErrorCode::InvalidInput, base::Next{"check speech.url and speech.model"}, "{} answers {}: {}",
               host, response.status, reason);
}

plan::Transcript HttpRecogniser::hear(std::filesystem::path const& sound, std::stop_token const& stop) const
{
    auto const bytes = base::read_file(sound, sound_bytes_max);
    auto const call = request(bytes);
    auto const response = base::retry({}, options_.attempts, random_, stop, [&] {
        auto answer = client_.send(call, stop);
        if (!answer.ok()) fail_answer(answer, host_);
        return answer;
    });
    studio::subtitles::Document document;
    try {
        document = studio::subtitles::parse_json_words(response.body, "the answer of " + host_);
    } catch (base::Error const& error) {
        base::fail(base::ErrorCode::Upstream, base::Next{"check speech.url: it must be an audio/transcriptions call"},
                   "{}", error.what());
    }
    return {document.words(), name(), !document.word_times, document.language};
}

std::vector<base::Setting> settings()
{
    return {
        {"speech", "url",
         "OpenAI-compatible .../v1/audio/transcriptions that hears words; Groq's where only a key is set"},
        {"speech", "key", "its key", "", "GROQ_API_KEY", true},
        base::changeable({"speech", "model", "its model; whisper-large-v3-turbo unless it says otherwise"}),
        base::changeable({"speech", "language", "ISO 639-1 code of what is spoken; found out where it is not set"}),
        base::changeable({"speech", "timeout", "longest time for ten minutes of sound", "10m"}),
    };
}

std::unique_ptr<studio::Recogniser> recogniser_from(base::Config const& config, net::HttpClient& client,
                                                    base::Random& random)
{
    HttpRecogniser::Options options;
    options.url = config.text("speech.url");
    options.key = config.text("speech.key");
    if (options.url.empty() && options.key.empty()) return nullptr;
    if (options.url.empty()) options.url = groq_url;
    options.model = config.text("speech.model");
    if (options.model.empty()) options.model = groq_model;
    options.language = config.text("speech.language");
    options.timeout = config.duration("speech.timeout");
    return std::make_unique<HttpRecogniser>(client, random, std::move(options));
}

} // namespace speech
