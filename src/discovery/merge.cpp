#include "discovery/merge.h"

#include "net/url.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

namespace discovery {

namespace {

constexpr std::size_t neighbours_max =
    12; // of one block, in the order of duration: keeps a flood of equal titles linear

/// How much a candidate tells; of two finds of the same work the one that tells more stays.
int fullness(Candidate const& one)
{
    return one.views.has_value() + one.likes.has_value() + one.comments.has_value() + one.shares.has_value() +
           one.duration_seconds.has_value() + one.published_at.has_value() + 2 * one.media_url.has_value() +
           one.author.has_value() + one.followers.has_value() + one.width.has_value() + !one.description.empty() +
           2 * (one.license != "unknown");
}

/// The candidates in another order, without moving them.
struct View {
    std::vector<Candidate> const& candidates;
    std::vector<std::uint32_t> const& order;
    std::size_t size() const { return order.size(); }
    Candidate const& operator[](std::size_t i) const { return candidates[order[i]]; }
};

/// Which finds belong together.
class Groups {
public:
    explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }
    std::uint32_t find(std::uint32_t i)
    {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::uint32_t a, std::uint32_t b)
    {
        a = find(a);
        b = find(b);
        if (a != b) parent_[std::max(a, b)] = std::min(a, b); // the first stays on top
    }

private:
    std::vector<std::uint32_t> parent_;
};

constexpr std::uint64_t hash_start = 14695981039346656037ULL; // FNV-1a: the same on every machine
constexpr std::uint64_t hashed(std::uint64_t hash, char c)
{
    return (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
}

/// What of a title is compared.
struct Title {
    std::uint32_t index;
    float seconds;
    std::uint64_t platform;           ///< a hash
    std::vector<std::uint64_t> words; ///< hashes, sorted, each once
};

/// Letters and digits in runs, "#tags" left out: platforms want different ones.
std::vector<std::uint64_t> title_words(std::string_view text)
{
    std::vector<std::uint64_t> out;
    out.reserve(16);
    auto hash = hash_start;
    auto tag = false;
    auto const end_word = [&] {
        if (hash != hash_start && !tag) out.push_back(hash);
        hash = hash_start;
        tag = false;
    };
    for (auto const c : text) {
        auto const lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        auto const letter = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
        if (letter) {
            hash = hashed(hash, lower);
        } else if (c != '\'') { // "don't" and "dont" are one
            end_word();
            tag = c == '#';
        }
    }
    end_word();
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

bool near(double a, double b)
{
    if (!(a > 0) || !(b > 0)) return false;
    return std::abs(a - b) <= std::max(duration_apart_max, duration_share_max * std::max(a, b));
}

double overlap(std::vector<std::uint64_t> const& a, std::vector<std::uint64_t> const& b)
{
    std::size_t common = 0;
    for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
        if (a[i] == b[k])
            ++common, ++i, ++k;
        else if (a[i] < b[k])
            ++i;
        else
            ++k;
    }
    return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

bool same_author(Candidate const& a, Candidate const& b)
{
    return a.author && b.author && !a.author->empty() && base::lower_ascii(*a.author) == base::lower_ascii(*b.author);
}

bool same_work(Candidate const& a, Candidate const& b, Title const& of_a, Title const& of_b)
{
    if (of_a.platform == of_b.platform) return false; // two uploads
    if (overlap(of_a.words, of_b.words) < title_overlap_min) return false;
    if (a.kind != b.kind) return false;
    return std::min(of_a.words.size(), of_b.words.size()) >= title_words_min || same_author(a, b);
}

/// A find in a block: titles that share their lowest, second lowest ... hash. Nearly equal titles share one of these.
struct Entry {
    std::uint64_t block;
    float seconds;
    std::uint32_t title;
    auto operator<=>(Entry const&) const = default;
};

constexpr std::size_t blocks_a_title = 2;

void join_titles(View const& candidates, Groups& groups)
{
    std::vector<Title> titles;
    titles.reserve(candidates.size());
    for (std::uint32_t i = 0; i < candidates.size(); ++i) {
        auto const& one = candidates[i];
        auto const seconds = static_cast<float>(one.duration_seconds.value_or(0));
        if (!(seconds > 0)) continue;
        auto platform = hash_start;
        for (auto const c : one.platform) platform = hashed(platform, c);
        titles.push_back({i, seconds, platform, title_words(one.title)});
        if (titles.back().words.empty()) titles.pop_back();
    }
    std::vector<Entry> entries;
    entries.reserve(titles.size() * blocks_a_title);
    for (std::uint32_t t = 0; t < titles.size(); ++t)
        for (std::size_t k = 0; k < std::min(blocks_a_title, titles[t].words.size()); ++k)
            entries.push_back({titles[t].words[k], titles[t].seconds, t});
    std::ranges::sort(entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto const& one = titles[entries[i].title];
        for (std::size_t k = i + 1; k < std::min(entries.size(), i + 1 + neighbours_max); ++k) {
            if (entries[k].block != entries[i].block) break;
            if (!near(entries[i].seconds, entries[k].seconds)) break; // they only get longer
            auto const& other = titles[entries[k].title];
            if (same_work(candidates[one.index], candidates[other.index], one, other))
                groups.join(one.index, other.index);
        }
    }
}

/// The part of a path after `before`, up to what can end an id.
std::string id_after(std::string_view path, std::string_view before)
{
    if (!path.starts_with(before)) return {};
    auto const rest = path.substr(before.size());
    return std::string(rest.substr(0, rest.find_first_of("/?&#")));
}

struct LinkRule {
    std::string_view platform;
    std::string_view host;
    std::string_view before; ///< of the path
};

constexpr std::array link_rules{
    LinkRule{"youtube", "youtu.be", "/"},
    LinkRule{"youtube", "youtube.com", "/shorts/"},
    LinkRule{"youtube", "youtube.com", "/embed/"},
    LinkRule{"youtube", "youtube.com", "/live/"},
    LinkRule{"youtube", "youtube-nocookie.com", "/embed/"},
    LinkRule{"dailymotion", "dai.ly", "/"},
    LinkRule{"dailymotion", "dailymotion.com", "/video/"},
    LinkRule{"vimeo", "player.vimeo.com", "/video/"},
    LinkRule{"twitch", "clips.twitch.tv", "/"},
    LinkRule{"twitch", "twitch.tv", "/videos/"},
    LinkRule{"instagram", "instagram.com", "/p/"},
    LinkRule{"instagram", "instagram.com", "/reel/"},
    LinkRule{"instagram", "instagram.com", "/reels/"},
    LinkRule{"reddit", "redd.it", "/"},
    LinkRule{"bilibili", "bilibili.com", "/video/"},
    LinkRule{"bilibili", "b23.tv", "/"},
    LinkRule{"archive_org", "archive.org", "/details/"},
    LinkRule{"archive_org", "archive.org", "/embed/"},
};

/// Host without what phones and players put before it, and the path.
std::pair<std::string_view, std::string_view> parts_of(std::string_view url)
{
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    auto host = url.substr(0, url.find_first_of("/?#"));
    auto path = url.substr(host.size());
    for (std::string_view const prefix : {"www.", "m.", "mobile.", "old.", "music."})
        if (host.starts_with(prefix)) host.remove_prefix(prefix.size());
    return {host, path};
}

} // namespace

std::optional<std::string> work_key(std::string_view url)
{
    auto const [host, path] = parts_of(url);
    auto const key = [](std::string_view platform, std::string id) -> std::optional<std::string> {
        if (id.empty()) return std::nullopt;
        return std::string(platform) + ":" + std::move(id);
    };
    if (host == "youtube.com" && path.starts_with("/watch")) {
        for (auto const mark : {"?v=", "&v="})
            if (auto const at = path.find(mark); at != std::string_view::npos)
                return key("youtube", id_after(path.substr(at), mark));
        return std::nullopt;
    }
    if (host == "vimeo.com") {
        auto id = id_after(path, "/");
        if (!id.empty() && id.find_first_not_of("0123456789") == std::string::npos) return key("vimeo", std::move(id));
        return std::nullopt;
    }
    if (host == "tiktok.com" || host == "reddit.com") { // /@name/video/ID, /r/NAME/comments/ID/words
        std::string_view const mark = host == "tiktok.com" ? "/video/" : "/comments/";
        if (auto const at = path.find(mark); at != std::string_view::npos)
            return key(host.substr(0, host.size() - 4), id_after(path.substr(at), mark));
        return std::nullopt;
    }
    if (host == "twitter.com" || host == "x.com") {
        if (auto const at = path.find("/status/"); at != std::string_view::npos)
            return key("x", id_after(path.substr(at), "/status/"));
        return std::nullopt;
    }
    for (auto const& rule : link_rules)
        if (host == rule.host && path.starts_with(rule.before)) return key(rule.platform, id_after(path, rule.before));
    return std::nullopt;
}

/// The places of the candidates, those that tell most first.
static std::vector<std::uint32_t> by_fullness(std::vector<Candidate> const& candidates)
{
    std::vector<std::pair<int, std::uint32_t>> order;
    order.reserve(candidates.size());
    for (std::uint32_t i = 0; i < candidates.size(); ++i) order.emplace_back(-fullness(candidates[i]), i);
    std::ranges::sort(order, [&](auto const& a, auto const& b) {
        if (a.first != b.first) return a.first < b.first;
        auto const& one = candidates[a.second];
        auto const& other = candidates[b.second];
        if (one.id != other.id) return one.id < other.id;
        if (one.url != other.url) return one.url < other.url;
        return one.title < other.title;
    });
    std::vector<std::uint32_t> out;
    out.reserve(order.size());
    for (auto const& [fullness, i] : order) out.push_back(i);
    return out;
}

/// net::canonical_url, without its cost for addresses that have nothing to be parsed: no port, query, escape or
/// dot
/// segment.
static std::string page_key(std::string const& url)
{
    std::string_view rest = url;
    if (rest.starts_with("https://"))
        rest.remove_prefix(8);
    else if (rest.starts_with("http://"))
        rest.remove_prefix(7);
    else
        return net::canonical_url(url);
    auto const host = rest.substr(0, rest.find('/'));
    auto path = rest.substr(host.size());
    auto const plain_host = [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '-'; };
    auto const plain_path = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '/';
    };
    auto const letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (host.empty() || path.empty() || !letter(host.front()) || !letter(host.back()) || url.size() > 500 ||
        host.find("..") != std::string_view::npos || host.find("xn--") != std::string_view::npos ||
        !std::ranges::all_of(host, plain_host) || !std::ranges::all_of(path, plain_path))
        return net::canonical_url(url);
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return std::string("https://").append(host.starts_with("www.") ? host.substr(4) : host).append(path);
}

static void join_pages(View const& view, Groups& groups)
{
    std::unordered_map<std::string_view, std::uint32_t> ids;
    std::unordered_map<std::string, std::uint32_t> pages;
    ids.reserve(view.size());
    pages.reserve(view.size());
    auto const join = [&](auto& seen, auto&& key, std::uint32_t i) {
        auto const [there, fresh] = seen.emplace(std::forward<decltype(key)>(key), i);
        if (!fresh) groups.join(there->second, i);
    };
    for (std::uint32_t i = 0; i < view.size(); ++i) {
        join(ids, std::string_view(view[i].id), i);
        if (view[i].kind == CandidateKind::Topic) continue; // many topics may share a page
        auto key = work_key(view[i].url);
        join(pages, key ? std::move(*key) : page_key(view[i].url), i);
    }
}

void merge_duplicates(std::vector<Candidate>& candidates)
{
    auto const order = by_fullness(candidates);
    View const view{candidates, order};
    Groups groups(order.size());
    join_pages(view, groups);
    join_titles(view, groups);
    std::vector<Candidate> kept;
    kept.reserve(order.size());
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        auto& one = candidates[order[i]];
        auto const first = groups.find(i);
        if (first == i) {
            place[i] = static_cast<std::uint32_t>(kept.size());
            kept.push_back(std::move(one));
            continue;
        }
        auto& stays = kept[place[first]];
        auto& pages = stays.also_on;
        if (one.url != stays.url && pages.size() < also_on_max && std::ranges::find(pages, one.url) == pages.end())
            pages.push_back(std::move(one.url));
    }
    candidates = std::move(kept);
}

} // namespace discovery
