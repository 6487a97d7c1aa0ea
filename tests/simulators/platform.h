#pragma once
// A platform on loopback: strict about what it is asked, and able to fail in every way that platforms do.
#include "base/clock.h"
#include "base/json.h"
#include "base/retry.h"
#include "base/text.h"
#include "net/http_server.h"

#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace simulators {

enum class Fault {
    None,
    Busy,        ///< 429 with Retry-After: 3600
    Down,        ///< 503 with Retry-After: 0
    Truncated,   ///< the body ends in the middle
    BlockPage,   ///< 200 with a web page
    Nonsense,    ///< 200 with broken JSON
    OddLayout,   ///< 200 with JSON of another shape
    ErrorInside, ///< the platform's own error
    Hang,        ///< no answer until the server stops or is told to do something else
    SlowLoris,   ///< the body comes byte by byte, with pauses
    HugeBody,    ///< far more than anybody would read
    WrongTypes,  ///< the true answer with texts for numbers and numbers for texts
    Garbage,     ///< 200 with bytes that are no text
};
inline constexpr std::array every_fault{Fault::Busy,     Fault::Down,        Fault::Truncated, Fault::BlockPage,
                                        Fault::Nonsense, Fault::OddLayout,   Fault::Hang,      Fault::SlowLoris,
                                        Fault::HugeBody, Fault::ErrorInside, Fault::Garbage,   Fault::WrongTypes};
inline constexpr std::size_t huge_body_bytes = 24U << 20U;
inline constexpr base::Milliseconds drip_pause{100};

/// Thrown by an answer: the question breaks a rule of the platform, and this is what it says to that.
struct Refused {
    std::string why;
    net::ServerResponse response;
};

/// The same layout with other types in it.
inline base::json::value with_wrong_types(base::json::value const& value)
{
    if (auto const* object = value.if_object()) {
        base::json::object out;
        for (auto const& [name, inner] : *object) out.emplace(name, with_wrong_types(inner));
        return out;
    }
    if (auto const* array = value.if_array()) {
        base::json::array out;
        for (auto const& inner : *array) out.push_back(with_wrong_types(inner));
        return out;
    }
    if (value.is_string()) return -7;
    if (value.is_number()) return "soon";
    if (value.is_bool()) return base::json::array{"yes"};
    return base::json::object{{"null", 0}};
}

/// A check of one parameter: "" where the value is fine, otherwise what is wrong with it.
using Check = std::function<std::string(std::string const& value)>;

inline Check any_text()
{
    return [](std::string const& value) { return value.empty() ? "is empty" : ""; };
}
inline Check exactly(std::string wanted)
{
    return [wanted = std::move(wanted)](std::string const& value) { return value == wanted ? "" : "is not " + wanted; };
}
inline Check whole_number(long low, long high)
{
    return [low, high](std::string const& value) -> std::string {
        long number = 0;
        auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        auto const fine = error == std::errc{} && end == value.data() + value.size() && number >= low && number <= high;
        return fine ? "" : "is no whole number in range";
    };
}
inline Check utc_time()
{
    return [](std::string const& value) -> std::string {
        return value.size() == 20 && value.ends_with('Z') && base::parse_time(value)
                   ? ""
                   : "is no time like 2026-05-01T00:00:00Z";
    };
}

/// What every simulator shares. Make it the last member, so that it stops first.
class Platform {
public:
    using Answer = std::function<net::ServerResponse(net::ServerRequest const& request)>;
    Platform(Answer answer, std::string error_body, int handler_threads = 4)
        : answer_(std::move(answer)), error_body_(std::move(error_body)),
          server_(
              {.handler_threads = handler_threads, .stop_grace = base::Milliseconds(0)},
              [this](net::ServerRequest const& request, std::stop_token const& stop) { return serve(request, stop); })
    {
    }

    std::string url() const { return server_.url(); }
    int requests() const { return with_lock(requests_); }
    /// What was refused, for tests that must find nothing here.
    std::vector<std::string> refusals() const { return with_lock(refusals_); }
    /// The next `times` requests whose path begins so fail; -1 = all from now on.
    void fail(Fault fault, int times = -1, std::string path = "/")
    {
        std::scoped_lock const lock(mutex_);
        fault_ = fault;
        fault_times_ = times;
        fault_path_ = std::move(path);
        canned_.reset();
        changed_.notify_all();
    }
    /// The next requests whose path begins so get this answer.
    void fail_with(net::ServerResponse response, int times = -1, std::string const& path = "/")
    {
        fail(Fault::ErrorInside, times, path);
        std::scoped_lock const lock(mutex_);
        canned_ = std::move(response);
    }
    /// Every answer takes at least this long.
    void delay(base::Milliseconds latency) { latency_ = latency; }

    net::ServerResponse refuse(int status, std::string const& why)
    {
        std::scoped_lock const lock(mutex_);
        refusals_.push_back(why);
        return {status, {}, R"({"error":")" + why + "\"}"};
    }

    /// Every parameter must be known and pass its check; those marked as needed must be there. "" where all is well.
    static std::string check(net::ServerRequest const& request, std::map<std::string, Check> const& checks)
    {
        std::map<std::string, int> seen;
        for (auto const& [name, value] : request.query) {
            auto const known = checks.find(name);
            if (known == checks.end()) return "unknown parameter " + name;
            if (auto const wrong = known->second(value); !wrong.empty()) return name + " " + wrong;
            ++seen[name];
        }
        for (auto const& [name, unused] : checks)
            if (!seen.contains(name)) return "missing parameter " + name;
        return "";
    }

private:
    template <class Value> Value with_lock(Value const& value) const
    {
        std::scoped_lock const lock(mutex_);
        return value;
    }

    Fault next_fault(std::string const& path)
    {
        std::scoped_lock const lock(mutex_);
        ++requests_;
        if (fault_times_ == 0 || !path.starts_with(fault_path_)) return Fault::None;
        if (fault_times_ > 0) --fault_times_;
        return fault_;
    }

    net::ServerResponse serve(net::ServerRequest const& request, std::stop_token const& stop)
    {
        try {
            auto const fault = next_fault(request.path);
            if (latency_.load().count() > 0) base::sleep_for(stop, latency_.load());
            return answer_with(fault, request, stop);
        } catch (Refused const& refused) {
            std::scoped_lock const lock(mutex_);
            refusals_.push_back(request.method + " " + request.path + ": " + refused.why);
            return refused.response;
        }
    }

    net::ServerResponse answer_with(Fault fault, net::ServerRequest const& request, std::stop_token const& stop)
    {
        auto const agent = std::string(request.header("User-Agent"));
        if (agent.empty() || agent.find("Mozilla") != std::string::npos)
            return refuse(403, "the User-Agent must name the tool");
        switch (fault) {
        case Fault::Busy: return {429, {{"Retry-After", "3600"}}, R"({"title":"Too Many Requests"})"};
        case Fault::Down: return {503, {{"Retry-After", "0"}}, "maintenance", "text/plain"};
        case Fault::BlockPage:
            return {200, {}, "<!DOCTYPE html><html><title>Are you human?</title></html>", "text/html"};
        case Fault::Nonsense: return {200, {}, R"({"response": {"docs": [)"};
        case Fault::OddLayout: return {200, {}, R"({"version": 9, "results": {"list": []}})"};
        case Fault::ErrorInside: {
            std::scoped_lock const lock(mutex_);
            return canned_.value_or(net::ServerResponse{200, {}, error_body_});
        }
        case Fault::HugeBody: return {200, {}, "[" + std::string(huge_body_bytes, ' ') + "]"};
        case Fault::Garbage:
            return {200, {}, std::string("\xff\xfe\x00\x01{\x9c\xed\x80", 9) + std::string(500, '\x03')};
        case Fault::Hang: {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [&] { return fault_ != Fault::Hang; });
            return {504};
        }
        default: break;
        }
        auto response = answer_(request);
        if (fault == Fault::Truncated) response.cut_after = response.body.size() / 2;
        if (fault == Fault::SlowLoris) response.drip = drip_pause;
        if (fault == Fault::WrongTypes) spoil(response.body);
        return response;
    }

    /// JSON keeps its layout and loses its types; in other texts letters and digits change places.
    static void spoil(std::string& body)
    {
        try {
            body = base::json::serialize(with_wrong_types(base::parse_json(body, "answer")));
        } catch (base::Error const&) {
            for (auto& c : body)
                if (c >= '0' && c <= '9') c = static_cast<char>(c - '0' + 'a');
        }
    }

    Answer answer_;
    std::string error_body_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Fault fault_ = Fault::None;
    int fault_times_ = 0;
    std::string fault_path_ = "/";
    int requests_ = 0;
    std::vector<std::string> refusals_;
    std::optional<net::ServerResponse> canned_;
    std::atomic<base::Milliseconds> latency_{base::Milliseconds(0)};
    net::HttpServer server_; // last: stops before what it uses goes
};

} // namespace simulators
