#pragma once
#include "base/error.h"
#include "discovery/candidate.h"
#include "discovery/document.h"
#include "discovery/request_template.h"
#include "discovery/spec.h"
#include "net/http.h"

#include <chrono>
#include <filesystem>

namespace discovery {

class Desk;

/// Why a source could not answer at all.
struct SourceError : base::Error {
    SourceError(SourceCode source_code, std::string const& message, std::string next = {},
                std::optional<base::Time> retry = {})
        : base::Error(base::ErrorCode::Upstream, message, std::move(next)), source(source_code), retry_at(retry)
    {
    }
    SourceCode source;
    std::optional<base::Time> retry_at; ///< not worth asking before
    bool ours = false;                  ///< we had no time to ask: says nothing about the platform
};

/// The code of a report for what went wrong below.
SourceCode source_code(base::Error const& error);

/// What a source found, and what it could not look at.
struct Found {
    std::vector<Candidate> candidates;
    std::vector<std::string> troubles; ///< parts that failed alone; the first ones are told
    std::optional<SourceCode> code;    ///< of the first trouble
    std::optional<std::int64_t> quota_left;
    std::optional<base::Time> retry_at; ///< of a part that was refused
    std::string note;                   ///< what the platform cannot show, where all went well
    std::size_t items = 0;              ///< that the answer held, also those that don't count
    void trouble(SourceCode of, std::string text);
    void trouble(base::Error const& error, std::string const& part);
};

/// What a source may use while it answers one question.
struct Asking {
    net::HttpClient& client;
    SourceSpec const& spec;
    Question question;
    std::string endpoint;                             ///< the catalog's or the operator's own
    std::map<std::string, std::string> hosts = {};    ///< of the spec, or the operator's own
    bool own_endpoint = false;                        ///< the operator's: the platform's interval is not for it
    std::map<std::string, std::string> settings = {}; ///< by the spec's name
    Desk* desk = nullptr;                             ///< what scans of this source share
    bool probe = false;                               ///< a person wants to know: nothing is taken from the cache
    std::chrono::steady_clock::time_point deadline = {};
    std::stop_token stop = {};
    base::Milliseconds left() const;
    bool late() const;
};

/// Asks a platform as the steps of its spec say.
Found ask_web(Asking const& asking);

/// What reading an answer needs beside the spec.
struct Reading {
    std::string const& endpoint;
    std::string_view niche = {}; ///< for sources that hold items against it; "" = all count
};
/// Candidates out of one answer. SourceError where the layout is not the spec's.
Found read_items(SourceSpec const& spec, Step const& step, Document const& document, Reading const& reading);
/// What the rows of a details step tell about candidates; the ids that it names.
std::set<std::string> read_details(SourceSpec const& spec, Step const& step, Document const& document,
                                   Reading const& reading, std::vector<Candidate*> const& candidates);

/// For tests: the candidates in an answer to the first step that gives items, with its errors.
Found read_answer(SourceSpec const& spec, std::string_view body, std::string const& endpoint);
/// For tests: the first step that gives details; false where no row was fit.
bool read_detail(SourceSpec const& spec, std::string_view body, std::string const& endpoint, Candidate& candidate);

/// Reads the operator's list of feeds; each may fail alone.
Found ask_feeds(Asking const& asking, std::vector<std::string> const& feeds);
/// RSS 2.0, RSS 1.0 or Atom, with Media RSS and iTunes fields. SourceError where it is none of them.
std::vector<Candidate> read_feed(std::string_view bytes, std::string const& platform, std::string const& feed_url);

/// Looks through a folder of the creator's own footage.
Found ask_library(Asking const& asking, std::filesystem::path const& folder);

} // namespace discovery
