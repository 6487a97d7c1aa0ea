#pragma once
#include "base/retry.h"
#include "store/tables/jobs.h"

#include <functional>
#include <span>
#include <stop_token>
#include <variant>

namespace jobs {

using store::Job;
using store::JobPool;
using store::JobState;

/// The step is complete. `in_same_transaction` writes rows together with the job's end: both are there, or neither.
struct Done {
    std::string result_json = "{}";
    std::function<void(store::Connection&)> in_same_transaction = {};
};
/// Goes on when every child has ended; `run` is then called again from its start.
struct Waiting {
    std::string reason;
};
/// To be called again later (a platform is still at work, a rate limit resets). Not counted as an attempt.
struct Again {
    base::Time at;
    std::string reason;
};
using JobOutcome = std::variant<Done, Waiting, Again>;

/// What a running job sees of its surroundings. Lives as long as the call of run().
class JobContext {
public:
    virtual ~JobContext() = default;
    /// The row as it was claimed.
    virtual Job const& job() const = 0;
    /// Fires on cancel, lost lease, passed deadline or timeout, and shutdown: end soon, raise ErrorCode::Cancelled.
    virtual std::stop_token stop() const = 0;
    /// done in [0, 1]; goes to the bus at once (thinned out) and to the row with the next heartbeat.
    virtual void progress(double done, std::string_view stage, std::optional<int> eta_seconds = std::nullopt) = 0;
    /// A child of this job, with the same owner. The key is unique within this job: asked again, the same child
    /// answers.
    virtual Job spawn(std::string_view kind, std::string payload_json, std::string_view key) = 0;
    /// In the order of their creation.
    virtual std::vector<Job> children() = 0;
    /// A write transaction that holds only while this worker has the job: Cancelled once another one took it over.
    virtual void transaction(std::function<void(store::Connection&)> const& work) = 0;
    virtual base::Time now() const = 0;
    /// The payload as JSON.
    boost::json::value payload() const { return base::parse_json(job().payload, "payload"); }
};

/// All there is to know of a job kind. run() may be called more than once for a job (after a crash, a lost lease, a
/// retry), so it asks what is done already before it acts. A base::Error that is_transient() is tried again.
struct JobType {
    std::string_view name;
    std::string_view help;
    JobPool pool = JobPool::Network;
    int attempts_max = 5;
    base::Milliseconds timeout{30 * 60'000};             ///< of one attempt
    std::optional<base::Backoff> backoff = std::nullopt; ///< before another attempt; absent: the runner's
    base::Milliseconds deadline{7 * 24 * 60 *
                                60'000LL}; ///< from enqueue() to the end, unless the request says otherwise
    std::function<JobOutcome(JobContext&)> run;
};

/// NotFound where no type has this name.
JobType const& find_type(std::span<JobType const> types, std::string_view kind);

} // namespace jobs
