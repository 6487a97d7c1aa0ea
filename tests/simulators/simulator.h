#pragma once
// What the simulated platforms have in common: made-up clips to answer with, and checks of what they are asked.
#include "base/json.h"
#include "base/markup.h"
#include "simulators/platform.h"

namespace simulators {

namespace json = base::json;

/// A clip that nobody made. The same question gives the same clips, so that two readings can be compared.
struct Clip {
    int number = 0;
    std::string id; ///< letters and digits, of this platform alone
    std::string title;
    std::string description;
    std::string author;
    std::string handle; ///< the author's, lower case
    std::int64_t author_id = 0;
    base::Time at;
    int seconds = 0;
    std::int64_t views = 0;
    std::int64_t likes = 0;
    std::int64_t comments = 0;
    std::int64_t shares = 0;
    std::int64_t followers = 0;
    std::vector<std::string> tags;
    bool bare = false; ///< the platform leaves out what it may leave out
};

/// Newest first, about nine hours apart.
std::vector<Clip> clips(std::string_view platform, std::string_view query, base::Time now, int count);

/// Where time comes from, and what is trending at the moment.
struct Stage {
    base::Clock const& clock;
    std::vector<std::string> topics{"ai tools", "urban birds", "rye bread"};
    int clips_per_query = 24;
};

/// An error that a platform is known to answer with, and the code that discovery must make of it.
struct OwnError {
    std::string name;
    std::string code;
    net::ServerResponse response;
    std::string path = "/"; ///< of the requests that are answered so
};

/// A platform: what it answers, and what an operator sets to ask it. "{here}" in a setting is its own address.
struct Plan {
    std::string id;
    std::map<std::string, std::string> settings;
    Platform::Answer answer;
    std::vector<OwnError> errors;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;
using Checks = std::map<std::string, Check>;

/// A request to a platform. Whatever breaks its rules is refused in the platform's own words.
class Asked {
public:
    using Refusal = net::ServerResponse (*)(int status, std::string const& why);
    Asked(net::ServerRequest const& what, Refusal refusal) : request(what), refusal_(refusal) {}

    [[noreturn]] void refuse(int status, std::string const& why) const { throw Refused{why, refusal_(status, why)}; }
    void need(bool fine, int status, std::string const& why) const
    {
        if (!fine) refuse(status, why);
    }
    void method(std::string const& wanted) const { need(request.method == wanted, 405, "not a " + wanted); }
    /// Parameters that must be there, and others that may be.
    void takes(Checks const& needed, Checks const& optional = {}) const;
    /// The same for a form in the body, which it gives back.
    Parameters form(Checks const& needed, Checks const& optional = {}) const;
    /// The JSON document in the body.
    json::value document() const;
    void header(std::string const& name, Check const& check, int status = 400) const;
    std::string text(std::string_view name) const { return std::string(request.parameter(name)); }
    long number(std::string_view name, long otherwise) const;
    bool at(std::string_view path) const { return request.path == path; }

    net::ServerRequest const& request;

private:
    void check(Parameters const& given, Checks const& needed, Checks const& optional) const;
    Refusal refusal_;
};

Check one_of(std::vector<std::string> values);
/// Names of a list, each at most once.
Check names_of(std::vector<std::string> known, char separator = ',');
/// Digits, letters, '_' and '-' only.
Check token_text(std::size_t bytes_min = 1, std::size_t bytes_max = 200);
Check prefixed(std::string prefix);
Check epoch_seconds();
/// YYYYMMDD
Check basic_date();

net::ServerResponse answer_json(json::value const& document, net::Headers headers = {}, int status = 200);
net::ServerResponse answer_page(std::string html, int status = 200);
std::string epoch_text(base::Time time);
std::int64_t epoch(base::Time time);
/// "2026-03-05T14:05:09+0000"
std::string meta_time(base::Time time);
/// "Thu, 5 Mar 2026 16:20:00 GMT"
std::string feed_time(base::Time time);
/// "12:34" or "1:07:19"
std::string clock_length(int seconds);
/// The rest of the path, where it begins so.
std::string after(std::string_view path, std::string_view prefix);
/// base64 of "id:secret" behind "Basic ".
std::string basic_auth(std::string const& id, std::string const& secret);

/// The clips since a moment, a page of them, and where the next page begins; nothing where this was the last.
struct Page {
    std::vector<Clip> clips;
    std::optional<std::size_t> next;
    std::size_t total = 0;
};
Page page_of(std::vector<Clip> all, std::optional<base::Time> since, std::size_t offset, std::size_t size);

/// Tokens of a client-credentials service: given out, and known again until told to forget them.
class Tokens {
public:
    explicit Tokens(std::string prefix) : prefix_(std::move(prefix)) {}
    std::string give();
    bool knows(std::string_view token) const;
    void forget();

private:
    mutable std::mutex mutex_;
    std::string prefix_;
    int given_ = 0;
    std::string current_;
};

} // namespace simulators
