#include "net/curl_job.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sys/socket.h>
#include <unistd.h>

namespace net {

using base::ErrorCode;
using base::fail;

static constexpr std::size_t buffered_bytes_max = 1U << 20U;      // of a stream whose sink is slower than the network
static constexpr std::size_t stream_error_bytes_max = 64U << 10U; // of the body of an answer that is no success

template <class Value> static void set(CURL* easy, CURLoption option, Value value)
{
    auto const code = curl_easy_setopt(easy, option, value);
    if (code != CURLE_OK)
        fail(ErrorCode::Internal, "curl option {}: {}", static_cast<int>(option), curl_easy_strerror(code));
}

static curl_slist* append(curl_slist* list, std::string const& text)
{
    auto* const longer = curl_slist_append(list, text.c_str());
    if (!longer) fail(ErrorCode::Internal, "out of memory");
    return longer;
}

static std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* job)
{
    return static_cast<Lane::Job*>(job)->take_body({bytes, count});
}

static std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* job)
{
    return static_cast<Lane::Job*>(job)->take_header({bytes, count});
}

static curl_socket_t on_open_socket(void* job, curlsocktype, curl_sockaddr* address)
{
    return static_cast<Lane::Job*>(job)->open_socket(*address);
}

Lane::Job::Job(Attempt const& attempt_, ClientOptions const& options) : attempt(attempt_), easy(curl_easy_init())
{
    if (!easy) fail(ErrorCode::Internal, "libcurl can't be started");
    try {
        set_up(options);
    } catch (...) {
        free_all();
        throw;
    }
}

Lane::Job::~Job() { free_all(); }

void Lane::Job::free_all()
{
    curl_easy_cleanup(std::exchange(easy, nullptr));
    curl_slist_free_all(std::exchange(headers_, nullptr));
    curl_slist_free_all(std::exchange(resolve_, nullptr));
    curl_slist_free_all(std::exchange(connect_to_, nullptr));
}

void Lane::Job::set_up(ClientOptions const& options)
{
    set(easy, CURLOPT_URL, attempt.route.url.text().c_str());
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_ERRORBUFFER, &error_text_[0]);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Over TLS the handshake tells whether one connection serves all; without it only the first answer would.
    set(easy, CURLOPT_PIPEWAIT, attempt.route.url.scheme == "https" ? 1L : 0L);
    set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
    if (!options.ca_file.empty()) set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
    set_method();
    set_limits(options);
    set_route(options);
}

void Lane::Job::set_method()
{
    auto const& body = attempt.request->body;
    auto const takes_body = attempt.method != "GET" && attempt.method != "HEAD";
    if (attempt.method == "HEAD") set(easy, CURLOPT_NOBODY, 1L);
    if (takes_body) set(easy, CURLOPT_CUSTOMREQUEST, attempt.method.c_str());
    if (takes_body && (!body.empty() || attempt.method != "DELETE")) {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        set(easy, CURLOPT_POSTFIELDS, body.c_str());
        headers_ = append(headers_, "Expect:"); // no second of waiting for a 100 that few servers send
    }
    // A stream is counted and resumed in bytes of the file itself, so it must not come compressed.
    if (!attempt.sink) set(easy, CURLOPT_ACCEPT_ENCODING, "");
    for (auto const& [name, value] : attempt.headers)
        headers_ = append(headers_, value.empty() ? name + ";" : name + ": " + value);
    if (headers_) set(easy, CURLOPT_HTTPHEADER, headers_);
}

void Lane::Job::set_limits(ClientOptions const&)
{
    auto const left =
        std::chrono::duration_cast<base::Milliseconds>(attempt.deadline - std::chrono::steady_clock::now());
    auto const stall = std::chrono::ceil<std::chrono::seconds>(attempt.request->stall_timeout);
    set(easy, CURLOPT_TIMEOUT_MS, std::max<long>(left.count(), 1));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::max<long>(attempt.request->connect_timeout.count(), 1));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, std::max<long>(stall.count(), 1));
}

/// "+host:443:1.2.3.4,[2001:db8::1]": the connection goes to what was checked, whatever the name says a moment later.
static std::string pin(Route const& route)
{
    std::string text = "+" + route.url.bare_host() + ":" + std::to_string(route.url.port) + ":";
    for (std::size_t i = 0; i < route.addresses.size(); ++i) {
        auto const& address = route.addresses[i];
        text += (i > 0 ? "," : "") + (address.is_v6 ? "[" + address.text() + "]" : address.text());
    }
    return text;
}

void Lane::Job::set_route(ClientOptions const&)
{
    auto const& url = attempt.route.url;
    set(easy, CURLOPT_PROXY, attempt.proxy_url.c_str()); // "" also hides the proxy variables of the environment
    set(easy, CURLOPT_NOPROXY, "");
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &on_open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    auto const& reached = attempt.proxy ? *attempt.proxy : attempt.route;
    if (!parse_address(reached.url.bare_host())) resolve_ = append(resolve_, pin(reached));
    if (resolve_) set(easy, CURLOPT_RESOLVE, resolve_);
    if (attempt.proxy && attempt.route.guarded) {
        // The proxy is told the address that was checked, not the name: it must not look it up by itself.
        auto const& address = attempt.route.addresses.front();
        auto const shown = address.is_v6 ? "[" + address.text() + "]" : address.text();
        connect_to_ = append(connect_to_, fmt::format("{}:{}:{}:{}", url.host, url.port, shown, url.port));
        set(easy, CURLOPT_CONNECT_TO, connect_to_);
        set(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
        set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    }
}

curl_socket_t Lane::Job::open_socket(curl_sockaddr const& socket_address)
{
    auto const address = address_of(socket_address.addr);
    auto const& route = attempt.proxy ? *attempt.proxy : attempt.route;
    auto const pinned =
        address && std::find(route.addresses.begin(), route.addresses.end(), *address) != route.addresses.end();
    auto const allowed = address && (!route.guarded || (route.exempt ? pinned : refusal(*address).empty()));
    if (!allowed) {
        refused_ = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(socket_address.family, socket_address.socktype | SOCK_CLOEXEC, socket_address.protocol);
}

std::size_t Lane::Job::take_body(std::string_view bytes)
{
    std::scoped_lock const lock(mutex);
    if (attempt.sink && is_success()) {
        if (buffered.size() >= buffered_bytes_max) {
            paused = true;
            return CURL_WRITEFUNC_PAUSE;
        }
        buffered += bytes;
        changed.notify_all();
        return bytes.size();
    }
    auto const limit = attempt.sink ? stream_error_bytes_max : attempt.request->body_bytes_max;
    if (response.body.size() + bytes.size() > limit) {
        if (attempt.sink) return bytes.size(); // an error page: its beginning is enough
        failure_ = fmt::format("the answer is larger than the limit of {} bytes", limit);
        return 0;
    }
    response.body += bytes;
    return bytes.size();
}

std::size_t Lane::Job::take_header(std::string_view line)
{
    std::scoped_lock const lock(mutex);
    header_bytes_ += line.size();
    if (header_bytes_ > attempt.request->header_bytes_max) {
        failure_ = fmt::format("the headers are larger than the limit of {} bytes", attempt.request->header_bytes_max);
        return 0;
    }
    if (headers_whole) return line.size(); // trailers
    if (line.starts_with("HTTP/")) {       // also after "100 Continue"
        response.headers.clear();
        auto const space = line.find(' ');
        int status = 0;
        if (space != std::string_view::npos)
            std::from_chars(line.data() + space + 1, line.data() + line.size(), status);
        response.status = status;
        response.http_version = line.substr(5, space == std::string_view::npos ? 0 : space - 5);
    } else if (line == "\r\n" || line == "\n") {
        headers_whole = response.status >= 200;
    } else if (auto const colon = line.find(':'); colon != std::string_view::npos) {
        response.headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
    }
    return line.size();
}

void Lane::Job::finish(int code)
{
    std::scoped_lock const lock(mutex);
    curl_code = code;
    long opened = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &opened);
    response.connections_opened = static_cast<int>(opened);
    done = true;
    changed.notify_all();
}

void Lane::Job::release_order()
{
    std::scoped_lock const lock(mutex);
    --orders_open;
    changed.notify_all();
}

static bool may_go_better(int code)
{
    static constexpr std::array codes{CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING,      CURLE_SEND_ERROR,
                                      CURLE_RECV_ERROR,      CURLE_PARTIAL_FILE,     CURLE_HTTP2,
                                      CURLE_HTTP2_STREAM,    CURLE_SSL_CONNECT_ERROR};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

void Lane::Job::check()
{
    if (curl_code == CURLE_OK) return;
    auto const origin = attempt.route.url.origin();
    if (!failure_.empty()) throw TransferError(ErrorCode::Upstream, origin + ": " + failure_, false);
    if (refused_)
        throw TransferError(ErrorCode::Forbidden, origin + " is refused: its address is not on the public internet",
                            false, "use an address on the public internet");
    auto const* text = error_text_[0] ? error_text_ : curl_easy_strerror(static_cast<CURLcode>(curl_code));
    if (curl_code == CURLE_OPERATION_TIMEDOUT || curl_code == CURLE_ABORTED_BY_CALLBACK)
        throw TransferError(
            ErrorCode::Timeout,
            fmt::format("{}: {}", origin, curl_code == CURLE_ABORTED_BY_CALLBACK ? "no answer in time" : text), true,
            "try again later");
    if (curl_code == CURLE_PEER_FAILED_VERIFICATION)
        throw TransferError(ErrorCode::Upstream, fmt::format("{}: its certificate is not trusted: {}", origin, text),
                            false, "check the date of this machine and its ca-certificates package");
    throw TransferError(ErrorCode::Upstream, fmt::format("{}: {}", origin, text), may_go_better(curl_code),
                        "try again later");
}

} // namespace net
