#include "discovery/match.h"
#include "discovery/source.h"

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

Found ask_feeds(Asking const& asking, std::vector<std::string> const& feeds)
{
    std::vector<net::Request> requests;
    for (auto const& feed : feeds) {
        net::Request request;
        request.url = feed;
        request.headers = {{"Accept", "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}};
        request.total_timeout = asking.left();
        request.body_bytes_max = static_cast<std::size_t>(asking.spec.limits.answer_bytes_max);
        request.retry_after_max = base::Milliseconds(2'000);
        requests.push_back(std::move(request));
    }
    auto const outcomes = asking.client.send_all(requests, asking.stop);
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
