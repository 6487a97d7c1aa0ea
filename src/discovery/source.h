#pragma once
#include "base/error.h"
#include "discovery/candidate.h"
#include "discovery/request_template.h"
#include "discovery/spec.h"
#include "net/http.h"

#include <chrono>
#include <filesystem>

namespace discovery {

/// Why a source could not answer at all.
struct SourceError : base::Error {
    SourceError(SourceCode source_code, std::string const& message, std::string next = {})
        : base::Error(base::ErrorCode::Upstream, message, std::move(next)), source(source_code)
    {
    }
    SourceCode source;
};

/// The code of a report for what went wrong below.
SourceCode source_code(base::Error const& error);

/// What a source found, and what it could not look at.
struct Found {
    std::vector<Candidate> candidates;
    std::vector<std::string> troubles; ///< parts that failed alone; the first ones are told
    std::optional<SourceCode> code;    ///< of the first trouble
    std::optional<std::int64_t> quota_left;
    void trouble(SourceCode of, std::string text);
};

/// What a source may use while it answers one question.
struct Asking {
    net::HttpClient& client;
    SourceSpec const& spec;
    Question question;
    std::string endpoint;      ///< the catalog's or the operator's own
    bool own_endpoint = false; ///< the operator's: the platform's interval is not for it
    std::chrono::steady_clock::time_point deadline;
    std::stop_token stop;
    base::Milliseconds left() const;
    bool late() const;
};

/// Asks a platform that answers in JSON, as its spec says.
Found ask_json(Asking const& asking);
/// Reads candidates out of one answer (for tests and for ask_json). SourceError where the layout is not the spec's.
Found read_answer(SourceSpec const& spec, std::string_view body, std::string const& endpoint);
/// What the second question of a spec tells about a candidate; false where no row was fit.
bool read_detail(SourceSpec const& spec, std::string_view body, std::string const& endpoint, Candidate& candidate);

/// Reads the operator's list of feeds; each may fail alone.
Found ask_feeds(Asking const& asking, std::vector<std::string> const& feeds);
/// RSS 2.0, RSS 1.0 or Atom, with Media RSS and iTunes fields. SourceError where it is none of them.
std::vector<Candidate> read_feed(std::string_view bytes, std::string const& platform, std::string const& feed_url);

/// Looks through a folder of the creator's own footage.
Found ask_library(Asking const& asking, std::filesystem::path const& folder);

} // namespace discovery
