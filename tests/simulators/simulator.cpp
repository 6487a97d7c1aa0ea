#include "simulators/simulator.h"

#include "base/hash.h"
#include "net/url.h"

#include <algorithm>

namespace simulators {

static constexpr std::chrono::hours between_clips{9};

namespace {

/// FNV-1a with a last stir (splitmix): chance that is the same on every machine.
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037U;
    for (auto const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    hash = (hash ^ hash >> 30U) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ hash >> 27U) * 0x94d049bb133111ebU;
    return hash ^ hash >> 31U;
}

Clip clip_of(std::string_view platform, std::string_view query, base::Time now, int number)
{
    static constexpr std::array<std::string_view, 8> phrases{
        "in one minute",        "what nobody tells you",  "a beginner's week",  "five mistakes & one fix",
        "before and \"after\"", "the quiet way to start", "tested for 30 days", "live: questions answered"};
    static constexpr std::array<std::string_view, 5> people{"Mira Example", "Tomas Sample", "Studio Placeholder",
                                                            "Ines & Co", "The Made-up Channel"};
    auto const chance = hash_of(fmt::format("{}/{}/{}", platform, query, number));
    auto const part = [&](unsigned shift, std::uint64_t below) { return (chance >> shift) % below; };
    Clip out;
    out.number = number;
    out.id = fmt::format("{:011x}", chance & 0xfffffffffffU);
    out.title = fmt::format("{}: {} ({})", query, phrases[part(3, phrases.size())], number + 1);
    out.description = fmt::format("All about {}. Nothing here was ever filmed.", query);
    out.author = people[part(7, people.size())];
    out.handle = base::slug(out.author);
    out.author_id = static_cast<std::int64_t>(700'000'000 + part(7, people.size()));
    out.at = std::chrono::floor<std::chrono::seconds>(now - between_clips * number -
                                                      std::chrono::minutes(5 + part(11, 240)));
    out.seconds = static_cast<int>(12 + part(13, 900));
    out.views = static_cast<std::int64_t>(40 + part(17, 900'000));
    out.likes = out.views / static_cast<std::int64_t>(12 + part(19, 30));
    out.comments = out.likes / 9;
    out.shares = out.likes / 14;
    out.followers = static_cast<std::int64_t>(100 + part(23, 400'000));
    for (auto const& word : base::words_of(query)) out.tags.push_back(word);
    out.bare = number % 3 == 1;
    return out;
}

} // namespace

std::vector<Clip> clips(std::string_view platform, std::string_view query, base::Time now, int count)
{
    std::vector<Clip> out;
    for (int i = 0; i < count; ++i) out.push_back(clip_of(platform, query, now, i));
    return out;
}

void Asked::check(Parameters const& given, Checks const& needed, Checks const& optional) const
{
    std::map<std::string, int> seen;
    for (auto const& [name, value] : given) {
        auto known = needed.find(name);
        if (known == needed.end()) known = optional.find(name);
        if (known == needed.end() || known == optional.end()) refuse(400, "unknown parameter " + name);
        if (auto const wrong = known->second(value); !wrong.empty())
            refuse(400, fmt::format("{} '{}' {}", name, value, wrong));
        ++seen[name];
    }
    for (auto const& [name, unused] : needed)
        if (!seen.contains(name)) refuse(400, "missing parameter " + name);
}

void Asked::takes(Checks const& needed, Checks const& optional) const { check(request.query, needed, optional); }

Parameters Asked::form(Checks const& needed, Checks const& optional) const
{
    method("POST");
    header("Content-Type", prefixed("application/x-www-form-urlencoded"));
    auto const given = net::parse_query(request.body);
    check(given, needed, optional);
    return given;
}

json::value Asked::document() const
{
    method("POST");
    header("Content-Type", prefixed("application/json"));
    try {
        return base::parse_json(request.body, "body");
    } catch (base::Error const& error) {
        refuse(400, error.what());
    }
}

void Asked::header(std::string const& name, Check const& check, int status) const
{
    auto const wrong = check(std::string(request.header(name)));
    need(wrong.empty(), status, "header " + name + " " + wrong);
}

long Asked::number(std::string_view name, long otherwise) const
{
    auto const given = text(name);
    return given.empty() ? otherwise : std::stol(given);
}

Check one_of(std::vector<std::string> values)
{
    return [values = std::move(values)](std::string const& value) -> std::string {
        return std::find(values.begin(), values.end(), value) != values.end() ? "" : "is none of the values there are";
    };
}

Check names_of(std::vector<std::string> known, char separator)
{
    return [known = std::move(known), separator](std::string const& value) -> std::string {
        std::vector<std::string> seen;
        for (auto const& name : base::split(value, separator)) {
            if (std::find(known.begin(), known.end(), name) == known.end()) return "holds the unknown " + name;
            if (std::find(seen.begin(), seen.end(), name) != seen.end()) return "names twice " + name;
            seen.push_back(name);
        }
        return "";
    };
}

Check token_text(std::size_t bytes_min, std::size_t bytes_max)
{
    return [=](std::string const& value) -> std::string {
        auto const fine = std::all_of(value.begin(), value.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '_' || c == '-' || c >= 0x80;
        });
        return fine && value.size() >= bytes_min && value.size() <= bytes_max ? "" : "is no token";
    };
}

Check prefixed(std::string prefix)
{
    return [prefix = std::move(prefix)](std::string const& value) {
        return value.starts_with(prefix) ? "" : "does not begin with " + prefix;
    };
}

Check epoch_seconds() { return whole_number(1'000'000'000, 4'000'000'000); }

Check basic_date()
{
    return [](std::string const& value) -> std::string {
        if (value.size() != 8) return "is no date like 20260305";
        auto const dashed = value.substr(0, 4) + "-" + value.substr(4, 2) + "-" + value.substr(6);
        return base::parse_time(dashed) ? "" : "is no date like 20260305";
    };
}

net::ServerResponse answer_json(json::value const& document, net::Headers headers, int status)
{
    return {status, std::move(headers), json::serialize(document)};
}

net::ServerResponse answer_page(std::string html, int status)
{
    return {status, {}, std::move(html), "text/html; charset=utf-8"};
}

std::int64_t epoch(base::Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
std::string epoch_text(base::Time time) { return std::to_string(epoch(time)); }

std::string meta_time(base::Time time)
{
    return base::format_time(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19) + "+0000";
}

std::string feed_time(base::Time time)
{
    static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day const date(day);
    return fmt::format("{}, {} {} {} {} GMT", days[std::chrono::weekday(day).c_encoding()], unsigned(date.day()),
                       months[unsigned(date.month()) - 1], int(date.year()), base::format_time(time).substr(11, 8));
}

std::string clock_length(int seconds)
{
    if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string after(std::string_view path, std::string_view prefix)
{
    return path.starts_with(prefix) ? std::string(path.substr(prefix.size())) : "";
}

std::string basic_auth(std::string const& id, std::string const& secret)
{
    static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto const text = id + ":" + secret;
    std::string out = "Basic ";
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits = bits << 8U | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) out += i + j > text.size() ? '=' : digits[bits >> (18 - 6 * j) & 63U];
    }
    return out;
}

Page page_of(std::vector<Clip> all, std::optional<base::Time> since, std::size_t offset, std::size_t size)
{
    if (since) std::erase_if(all, [&](auto const& clip) { return clip.at < *since; });
    Page out;
    out.total = all.size();
    for (auto i = offset; i < std::min(offset + size, all.size()); ++i) out.clips.push_back(all[i]);
    if (offset + size < all.size()) out.next = offset + size;
    return out;
}

std::string Tokens::give()
{
    std::scoped_lock const lock(mutex_);
    current_ = prefix_ + std::to_string(++given_);
    return current_;
}

bool Tokens::knows(std::string_view token) const
{
    std::scoped_lock const lock(mutex_);
    return !current_.empty() && token == current_;
}

void Tokens::forget()
{
    std::scoped_lock const lock(mutex_);
    current_.clear();
}

} // namespace simulators
