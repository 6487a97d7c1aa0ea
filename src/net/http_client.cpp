#include "base/retry.h"
#include "base/text.h"
#include "net/lane.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>

namespace net {

using base::ErrorCode;
using base::fail;
using Clock = std::chrono::steady_clock;

std::string_view find_header(Headers const& headers, std::string_view name)
{
    for (auto const& [key, value] : headers)
        if (base::lower_ascii(key) == base::lower_ascii(name)) return value;
    return {};
}

std::optional<base::Milliseconds> Response::retry_after(base::Time now) const
{
    auto const text = base::trim(header("Retry-After"));
    if (text.empty()) return std::nullopt;
    constexpr std::int64_t seconds_max = 366 * 86'400;
    std::int64_t seconds = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc{} && end == text.data() + text.size())
        return base::Milliseconds(std::clamp<std::int64_t>(seconds, 0, seconds_max) * 1000);
    if (auto const time = base::parse_rfc2822(text)) return std::max(*time - now, base::Milliseconds(0));
    return std::nullopt;
}

struct HttpClient::Parts {
    Parts(ClientOptions given, base::Clock const& the_clock, base::Random& the_random)
        : options(std::move(given)), clock(the_clock), random(the_random)
    {
    }
    /// Threads start with the first request: most commands need one lane or none.
    Lane& lane(bool guarded)
    {
        std::scoped_lock const lock(mutex);
        auto& lane = guarded ? guarded_lane : operator_lane;
        if (!lane) lane = std::make_unique<Lane>(options, guarded ? "net-guarded" : "net-operator");
        return *lane;
    }

    ClientOptions options;
    base::Clock const& clock;
    base::Random& random;
    std::mutex mutex;
    std::unique_ptr<Lane> guarded_lane;
    std::unique_ptr<Lane> operator_lane;
};

HttpClient::HttpClient(ClientOptions options, base::Clock const& clock, base::Random& random)
    : parts_(std::make_unique<Parts>(std::move(options), clock, random))
{
    auto const& proxy = parts_->options.proxy;
    if (!proxy.empty()) static_cast<void>(parse_url(proxy));
}

HttpClient::~HttpClient() = default;

base::Clock const& HttpClient::clock() const { return parts_->clock; }

namespace {

bool is_token(std::string_view text)
{
    return !text.empty() && text.size() <= 256 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

void check(Request const& request)
{
    if (!is_token(request.method)) fail(ErrorCode::InvalidInput, "method: '{}' is no HTTP method", request.method);
    for (auto const& [name, value] : request.headers) {
        if (!is_token(name)) fail(ErrorCode::InvalidInput, "header '{}': not a header name", base::clean_utf8(name));
        for (auto const c : value)
            if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
                fail(ErrorCode::InvalidInput, "header {}: holds a control character", name);
    }
    if (request.attempts_max < 1 || request.attempts_max > 10)
        fail(ErrorCode::InvalidInput, "attempts_max: {} is outside [1, 10]", request.attempts_max);
    if (request.redirects_max < 0 || request.redirects_max > 20)
        fail(ErrorCode::InvalidInput, "redirects_max: {} is outside [0, 20]", request.redirects_max);
}

bool is_idempotent(std::string_view method)
{
    static constexpr std::array<std::string_view, 5> methods{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}
bool is_transient(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

/// Headers that may follow to another origin; keys and cookies stay behind.
void drop_secrets(Headers& headers)
{
    static constexpr std::array<std::string_view, 5> harmless{"accept", "accept-language", "user-agent", "range",
                                                              "if-range"};
    std::erase_if(headers, [](auto const& header) {
        return std::find(harmless.begin(), harmless.end(), base::lower_ascii(header.first)) == harmless.end();
    });
}

/// Follows redirects from one request to its last answer.
struct Walk {
    ClientOptions const& options;
    Request const& request;
    SteadyTime deadline;
    std::stop_token const& stop;
    HttpClient::OnStart const* on_start = nullptr;
    HttpClient::Sink const* sink = nullptr;

    base::Milliseconds left() const
    {
        auto const rest = std::chrono::duration_cast<base::Milliseconds>(deadline - Clock::now());
        return std::max(rest, base::Milliseconds(1));
    }

    Attempt attempt(Url const& url, bool guarded) const
    {
        Attempt out;
        out.request = &request;
        out.route = guarded ? guarded_route(url, options, left(), stop) : Route{url, {}, false, false};
        if (options.proxy.empty() && !guarded) out.route = open_route(url, options, left(), stop);
        if (!options.proxy.empty()) {
            out.proxy = open_route(parse_url(options.proxy), options, left(), stop);
            out.proxy_url = out.proxy->url.origin();
        }
        out.deadline = deadline;
        out.on_start = on_start;
        out.sink = sink;
        return out;
    }

    static Url target_of(Url const& from, std::string_view location)
    {
        try {
            return resolve_reference(from, location);
        } catch (base::Error const& error) {
            fail(ErrorCode::Forbidden, "the redirect of {} is refused: {}", from.origin(), error.what());
        }
    }

    template <class LaneOf> Response run(LaneOf lane_of) const
    {
        auto url = parse_url(request.url);
        auto guarded = request.trust == Trust::Guarded;
        auto method = request.method;
        auto headers = request.headers;
        auto bodiless = request;
        bodiless.body.clear();
        for (int hop = 0;; ++hop) {
            auto next = attempt(url, guarded);
            if (method != request.method) next.request = &bodiless;
            next.method = method;
            next.headers = headers;
            auto response = lane_of(guarded).run(next, stop);
            response.redirects = hop;
            auto const location = response.header("Location");
            if (!is_redirect(response.status) || location.empty()) return response;
            if (hop >= request.redirects_max)
                throw TransferError(ErrorCode::Upstream, fmt::format("{}: more than {} redirects", url.origin(), hop),
                                    false);
            auto const to = target_of(url, location);
            if (to.origin() != url.origin()) {
                guarded = true; // nobody vouches for where a redirect leads
                drop_secrets(headers);
            }
            if (response.status == 303 || (response.status <= 302 && method == "POST"))
                method = method == "HEAD" ? "HEAD" : "GET";
            url = to;
        }
    }
};

} // namespace

Response HttpClient::send(Request const& request, std::stop_token const& stop)
{
    check(request);
    auto const deadline = Clock::now() + request.total_timeout;
    auto const lane_of = [this](bool guarded) -> Lane& { return parts_->lane(guarded); };
    base::Backoff const backoff{parts_->options.backoff_first, request.retry_after_max};
    auto const attempts = is_idempotent(request.method) ? request.attempts_max : 1;
    for (int attempt = 1;; ++attempt) {
        auto wait = backoff.delay(attempt, parts_->random);
        auto const in_time = [&] { return Clock::now() + wait < deadline; };
        try {
            auto response = Walk{parts_->options, request, deadline, stop}.run(lane_of);
            response.attempts = attempt;
            if (!is_transient(response.status) || attempt >= attempts) return response;
            if (auto const asked = response.retry_after(parts_->clock.now())) wait = *asked;
            if (wait > request.retry_after_max || !in_time()) return response;
        } catch (TransferError const& error) {
            if (!error.retriable || attempt >= attempts || !in_time()) throw;
        }
        if (!base::sleep_for(stop, wait)) fail(ErrorCode::Cancelled, "stopped while waiting to ask again");
    }
}

std::vector<Outcome> HttpClient::send_all(std::vector<Request> const& requests, std::stop_token const& stop)
{
    std::vector<Outcome> outcomes(requests.size());
    std::atomic<std::size_t> next{0};
    auto const work = [&] {
        for (auto i = next++; i < requests.size(); i = next++) {
            try {
                outcomes[i].response = send(requests[i], stop);
            } catch (base::Error const& error) {
                outcomes[i].error = error;
            } catch (std::exception const& error) {
                outcomes[i].error = base::Error(ErrorCode::Internal, error.what());
            }
        }
    };
    auto const threads = std::min(requests.size(), static_cast<std::size_t>(std::max(parts_->options.fan_out_max, 1)));
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work);
        work();
    }
    return outcomes;
}

Response HttpClient::stream(Request const& request, OnStart const& on_start, Sink const& sink,
                            std::stop_token const& stop)
{
    check(request);
    auto const deadline = Clock::now() + request.total_timeout;
    auto const lane_of = [this](bool guarded) -> Lane& { return parts_->lane(guarded); };
    return Walk{parts_->options, request, deadline, stop, &on_start, &sink}.run(lane_of);
}

} // namespace net
