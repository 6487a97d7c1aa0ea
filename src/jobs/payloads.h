#pragma once
#include "discovery/scan.h"
#include "discovery/stock.h"
#include "studio/rights.h"
#include "studio/transform.h"

/// What the kinds of work pass to each other: payloads and results of jobs, as JSON in their rows.
namespace jobs {

struct DiscoverPayload {
    std::string niche;
    base::Time since = {};
    int limit = 50;
    std::vector<std::string> sources;                 ///< empty: all that are enabled
    bool refine = true;                               ///< ask a language model too, where one is configured
    std::optional<std::int64_t> horizon_seconds = {}; ///< looks back so far from the job's own time, not to `since`
};
BOOST_DESCRIBE_STRUCT(DiscoverPayload, (), (niche, since, limit, sources, refine, horizon_seconds))

/// One slot of a watched niche.
struct RescanPayload {
    std::string niche_id;
    base::Time slot;
};
BOOST_DESCRIBE_STRUCT(RescanPayload, (), (niche_id, slot))

struct RescanResult {
    std::string niche;
    std::size_t candidates = 0;
    std::vector<std::string> new_ids;
    std::vector<discovery::SourceReport> sources;
};
BOOST_DESCRIBE_STRUCT(RescanResult, (), (niche, candidates, new_ids, sources))

/// How a clip is made and where it goes; the same for every candidate of a run.
struct MakePayload {
    studio::EditOptions edit;
    std::string destination = "outbox";
    std::string rights_note; ///< a person's decision about works without a stated licence; "" for none
};
BOOST_DESCRIBE_STRUCT(MakePayload, (), (edit, destination, rights_note))

struct AutopilotPayload {
    DiscoverPayload discover;
    MakePayload make;
    int clips = 1; ///< how many to make of the best candidates
};
BOOST_DESCRIBE_STRUCT(AutopilotPayload, (), (discover, make, clips))

struct ProducePayload {
    std::string niche;
    discovery::Candidate candidate;
    MakePayload make;
};
BOOST_DESCRIBE_STRUCT(ProducePayload, (), (niche, candidate, make))

struct AcquirePayload {
    discovery::Candidate candidate;
    std::string rights_note;
};
BOOST_DESCRIBE_STRUCT(AcquirePayload, (), (candidate, rights_note))

struct AcquireResult {
    std::string asset_id;
};
BOOST_DESCRIBE_STRUCT(AcquireResult, (), (asset_id))

/// An uploaded file, and what its owner says of it.
struct ImportPayload {
    std::string blob;
    std::string title;
    std::string author;
    std::string license = "unknown";
    std::string rights_note;
};
BOOST_DESCRIBE_STRUCT(ImportPayload, (), (blob, title, author, license, rights_note))

/// A model by its name in the catalog.
struct FetchModelPayload {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(FetchModelPayload, (), (name))

struct FetchModelResult {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;
    std::uint64_t resumed_from = 0; ///< bytes that an earlier try had left
};
BOOST_DESCRIBE_STRUCT(FetchModelResult, (), (name, bytes, sha256, resumed_from))

struct ProbePayload {
    std::string asset_id;
    bool again = false; ///< although it is known
};
BOOST_DESCRIBE_STRUCT(ProbePayload, (), (asset_id, again))

/// What was found is a row of `analyses`.
struct ProbeResult {
    std::string asset_id;
    std::string sha256;
    bool known_before = false; ///< the same file had been looked into
};
BOOST_DESCRIBE_STRUCT(ProbeResult, (), (asset_id, sha256, known_before))

struct StockPayload {
    std::vector<std::string> sentences;
    discovery::Orientation orientation = discovery::Orientation::Portrait;
    double seconds_min = 3;
    bool get = false; ///< fetch what was found
};
BOOST_DESCRIBE_STRUCT(StockPayload, (), (sentences, orientation, seconds_min, get))

struct StockClip {
    discovery::StockPick pick;
    std::optional<std::string> asset_id; ///< where it was fetched
    std::string reason;                  ///< why it was not
    std::string next_action;
};
BOOST_DESCRIBE_STRUCT(StockClip, (), (pick, asset_id, reason, next_action))

struct StockResult {
    std::vector<StockClip> clips;
};
BOOST_DESCRIBE_STRUCT(StockResult, (), (clips))

struct TransformPayload {
    std::string asset_id;
    studio::EditOptions edit;
    std::optional<plan::EditPlan> plan; ///< carried out as it is; absent: decided from `edit`
    bool preview = false;               ///< small and quick, to be looked at; the clip stays planned
};
BOOST_DESCRIBE_STRUCT(TransformPayload, (), (asset_id, edit, plan, preview))

struct TransformResult {
    std::string clip_id;
    std::string output;
};
BOOST_DESCRIBE_STRUCT(TransformResult, (), (clip_id, output))

struct PublishPayload {
    std::string clip_id;
    std::string destination;
    std::string niche;
    std::string description;
    std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(PublishPayload, (), (clip_id, destination, niche, description, tags))

struct PublishResult {
    std::string post_id;
    std::string target;
};
BOOST_DESCRIBE_STRUCT(PublishResult, (), (post_id, target))

struct ProduceResult {
    std::string asset_id;
    std::string clip_id;
    std::string output;
    std::string target;
};
BOOST_DESCRIBE_STRUCT(ProduceResult, (), (asset_id, clip_id, output, target))

/// What became of one candidate of a run.
struct ClipOutcome {
    std::string job_id;
    std::string candidate_id;
    std::string title;
    double score = 0;
    std::string state;
    std::string reason;
    std::string next_action;
    std::optional<ProduceResult> made;
};
BOOST_DESCRIBE_STRUCT(ClipOutcome, (), (job_id, candidate_id, title, score, state, reason, next_action, made))

struct AutopilotResult {
    std::string niche;
    std::vector<discovery::SourceReport> sources;
    std::size_t candidates = 0;
    std::vector<ClipOutcome> clips;
};
BOOST_DESCRIBE_STRUCT(AutopilotResult, (), (niche, sources, candidates, clips))

} // namespace jobs
