#pragma once
#include "discovery/document.h"
#include "discovery/request_build.h"

#include <atomic>

namespace discovery {

/// What a step was answered.
struct Answered {
    Document document;
    net::Headers headers;
    std::string url;      ///< that was asked
    bool nothing = false; ///< an error rule says that there is nothing
};

/// Sends the requests of a source's steps: signed in, in turn, within budget, from the cache where an answer is still
/// good, and judged. SourceError where it comes to nothing.
/// Thread-safe.
class Caller {
public:
    explicit Caller(Asking const& asking) : asking_(asking) {}
    /// `url` instead of the template's, for a next page that the answer named.
    Answered ask(Step const& step, Tokens tokens, Target const& target, std::string const& url = {});
    /// The tokens that every request of this source knows.
    Tokens tokens(Question const& question) const;
    std::optional<std::int64_t> quota_left() const
    {
        auto const left = quota_left_.load();
        return left < 0 ? std::nullopt : std::optional(left);
    }

private:
    struct Reply;
    Reply exchange(Step const& step, net::Request request, bool platform);
    Answered read(Step const& step, net::Response const& response);

    Asking const& asking_;
    std::atomic<std::int64_t> quota_left_{-1}; // what the last answer said; below zero: nothing
};

} // namespace discovery
