#pragma once
#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace discovery {

/// One part of a score. A factor that the platform gave nothing for has no value and no points.
struct Reason {
    std::string factor;
    std::optional<double> value;
    double points = 0;
};
BOOST_DESCRIBE_STRUCT(Reason, (), (factor, value, points))

/// A video that a source offers. What the platform did not say is empty, never 0 and never invented.
struct Candidate {
    std::string id; ///< "platform:native"
    std::string platform;
    std::string url; ///< the page a person would open; file:// for the library
    std::string title;
    std::string description;
    std::optional<std::string> author;
    std::optional<base::Time> published_at;
    std::optional<double> duration_seconds;
    std::optional<std::int64_t> views;
    std::optional<std::int64_t> likes;
    std::optional<std::int64_t> comments;
    std::optional<std::int64_t> shares;
    std::optional<std::string> thumbnail_url;
    std::vector<std::string> tags;
    std::string license = "unknown"; ///< a name of license.h
    std::optional<std::string> language;
    double score = 0; ///< 0..100, the sum of the points
    std::vector<Reason> reasons;
    std::optional<std::string> media_url; ///< the file itself; a path for the library
    std::optional<std::string> license_url;
    std::optional<std::string> rights;     ///< what the platform says about rights, in its own words
    std::optional<std::string> source_url; ///< where the author first published it
    std::optional<std::int64_t> width;
    std::optional<std::int64_t> height;
};
BOOST_DESCRIBE_STRUCT(Candidate, (),
                      (id, platform, url, title, description, author, published_at, duration_seconds, views, likes,
                       comments, shares, thumbnail_url, tags, license, language, score, reasons, media_url, license_url,
                       rights, source_url, width, height))

enum class SourceStatus { Ok, Empty, Partial, Failed, Unavailable, Skipped };
BOOST_DESCRIBE_ENUM(SourceStatus, Ok, Empty, Partial, Failed, Unavailable, Skipped)

enum class SourceCode {
    AuthMissing,
    AuthExpired,
    Quota,
    RateLimited,
    Blocked,
    LayoutChanged,
    Timeout,
    UpstreamError,
    BadAnswer,
    BadInput,
    Cancelled
};
BOOST_DESCRIBE_ENUM(SourceCode, AuthMissing, AuthExpired, Quota, RateLimited, Blocked, LayoutChanged, Timeout,
                    UpstreamError, BadAnswer, BadInput, Cancelled)

/// What one source did in a scan. A failed source is reported; it neither hides nor stops the others.
struct SourceReport {
    std::string id;
    SourceStatus status = SourceStatus::Ok;
    std::optional<SourceCode> code;
    std::optional<std::string> reason;
    std::int64_t took_ms = 0;
    std::int64_t count = 0;
    std::optional<std::int64_t> quota_left;
    std::optional<std::string> next_action;
};
BOOST_DESCRIBE_STRUCT(SourceReport, (), (id, status, code, reason, took_ms, count, quota_left, next_action))

} // namespace discovery
