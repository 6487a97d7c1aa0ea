#include "discovery/answer_cache.h"
#include "discovery/desk.h"
#include "discovery/match.h"
#include "discovery/source.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"

#include <algorithm>

namespace discovery {

static void read_outcome(Asking const& asking, std::string const& feed, net::Outcome const& outcome, Found& found)
{
    if (outcome.error) throw *outcome.error;
    auto const& response = outcome.response.value();
    if (response.status == 304) return;
    if (!response.ok()) {
        auto code = response.status >= 500 ? SourceCode::UpstreamError : SourceCode::BadInput;
        if (response.status == 429) code = SourceCode::RateLimited;
        if (response.status == 401 || response.status == 403) code = SourceCode::Blocked;
        throw SourceError(code, fmt::format("HTTP {}", response.status));
    }
    for (auto& candidate : read_feed(response.body, asking.spec.id, feed))
        found.candidates.push_back(std::move(candidate));
}

namespace {

constexpr base::Milliseconds feed_age_max{60 * 60 * 1000}; ///< a feed may call itself good for so long, and no longer

std::string key_of(std::string const& feed) { return base::sha256("feed\n" + feed); }

net::Request request_for(Asking const& asking, std::string const& feed)
{
    net::Request request;
    request.url = feed;
    request.headers = {{"Accept", "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}};
    request.total_timeout = asking.left();
    request.body_bytes_max = static_cast<std::size_t>(asking.spec.limits.answer_bytes_max);
    request.retry_after_max = base::Milliseconds(2'000);
    return request;
}

/// Asks for those that may have changed; the others are as they were.
std::vector<net::Outcome> fetch(Asking const& asking, std::vector<std::string> const& feeds)
{
    auto& store = asking.desk->store();
    auto const now = asking.desk->clock().now();
    std::vector<net::Outcome> outcomes(feeds.size());
    std::vector<std::optional<CachedAnswer>> ours(feeds.size());
    std::vector<net::Request> requests;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < feeds.size(); ++i) {
        ours[i] = recall_answer(store, key_of(feeds[i]));
        if (ours[i] && !asking.probe && ours[i]->expires_at > now) {
            outcomes[i].response = as_response(*ours[i], feeds[i]);
            continue;
        }
        requests.push_back(request_for(asking, feeds[i]));
        if (ours[i]) ask_if_changed(requests.back(), *ours[i]);
        places.push_back(i);
    }
    auto answers = asking.client.send_all(requests, asking.stop);
    for (std::size_t k = 0; k < places.size(); ++k) {
        auto const i = places[k];
        outcomes[i] = std::move(answers[k]);
        auto& response = outcomes[i].response;
        if (!response) continue;
        auto const good_until = now + max_age(*response, feed_age_max);
        if (response->status == 304 && ours[i]) response = as_response(*ours[i], feeds[i]);
        auto const tells = !response->header("ETag").empty() || !response->header("Last-Modified").empty();
        if (response->ok() && (tells || good_until > now)) keep_answer(store, key_of(feeds[i]), *response, good_until);
    }
    return outcomes;
}

} // namespace

Found ask_feeds(Asking const& asking, std::vector<std::string> const& feeds)
{
    auto const outcomes = fetch(asking, feeds);
    Found found;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < feeds.size(); ++i) {
        try {
            read_outcome(asking, feeds[i], outcomes[i], found);
        } catch (base::Error const& error) {
            ++failed;
            found.trouble(source_code(error), base::redact_url(feeds[i]) + ": " + error.what());
        }
    }
    if (failed == feeds.size() && failed > 0) throw SourceError(found.code.value(), found.troubles.front());
    Matcher const matcher(asking.question.niche);
    std::erase_if(found.candidates, [&](auto const& one) {
        return (one.published_at && *one.published_at < asking.question.since) || matcher.strength(one) <= 0;
    });
    std::stable_sort(found.candidates.begin(), found.candidates.end(), [](auto const& a, auto const& b) {
        return a.published_at.value_or(base::Time{}) > b.published_at.value_or(base::Time{});
    });
    auto const limit = static_cast<std::size_t>(asking.question.limit);
    if (found.candidates.size() > limit) found.candidates.resize(limit);
    return found;
}

} // namespace discovery
