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

/// What an item is. Only videos can be acquired; the others tell what a niche talks about.
enum class CandidateKind { Video, Audio, Post, Topic };
BOOST_DESCRIBE_ENUM(CandidateKind, Video, Audio, Post, Topic)

/// Growth between readings of the same item at different times; not an estimate from its age.
struct Growth {
    std::string of;                     ///< what was counted: "views", or "reactions" where there are no views
    double per_hour = 0;                ///< lately
    std::optional<double> acceleration; ///< of per_hour, per hour; needs three readings
    std::int64_t readings = 0;          ///< two or more
    double span_hours = 0;              ///< from the first reading to the last
};
BOOST_DESCRIBE_STRUCT(Growth, (), (of, per_hour, acceleration, readings, span_hours))

/// What a language model thinks of it. Opinions, 0..1 each; never facts about the item.
struct Refinement {
    double hook_strength = 0;
    double clarity = 0;
    double emotion = 0;
    double trend_fit = 0;
    std::vector<std::string> risks;
    std::string why;   ///< one line
    std::string model; ///< who thought so: "groq/llama-..."
};
BOOST_DESCRIBE_STRUCT(Refinement, (), (hook_strength, clarity, emotion, trend_fit, risks, why, model))

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
    CandidateKind kind = CandidateKind::Video;
    std::optional<std::string> author_id;  ///< the platform's own
    std::optional<std::int64_t> followers; ///< of the author
    std::vector<std::string> also_on;      ///< pages of the same work elsewhere, merged into this one
    std::optional<Growth> growth;          ///< where it was seen before
    std::optional<Refinement> refinement;  ///< where a model was asked
};
BOOST_DESCRIBE_STRUCT(Candidate, (),
                      (id, platform, url, title, description, author, published_at, duration_seconds, views, likes,
                       comments, shares, thumbnail_url, tags, license, language, score, reasons, media_url, license_url,
                       rights, source_url, width, height, kind, author_id, followers, also_on, growth, refinement))

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
