#pragma once
#include "base/ids.h"
#include "bus/bus.h"
#include "jobs/job.h"

namespace jobs {

/// What is asked for. Everything but owner and kind may be left out.
struct JobRequest {
    std::string owner_id;
    std::string kind;
    std::string payload = "{}"; ///< a JSON object
    int priority = 0;           ///< -100..100, higher first
    std::optional<base::Time> run_at = std::nullopt;
    std::optional<base::Time> deadline_at = std::nullopt; ///< absent: the kind's own
    std::optional<int> attempts_max = std::nullopt;       ///< absent: the kind's own
    std::optional<std::string> parent_id = std::nullopt;
    std::optional<std::string> idempotency_key = std::nullopt; ///< the same key gives back the job made before
};

struct QueueStats {
    std::vector<store::JobCount> counts;
    std::optional<base::Time> oldest_due; ///< run_at of the queued job that waits longest
};
BOOST_DESCRIBE_STRUCT(QueueStats, (), (counts, oldest_due))

/// The topics of the bus, each with a JSON object as its message.
namespace topic {
inline constexpr std::string_view queued = "jobs.queued"; ///< {"id", "pool"}: there is work
inline constexpr std::string_view cancel = "jobs.cancel"; ///< {"id"}: a running job shall stop
inline constexpr std::string_view state = "jobs.state";   ///< {"id", "owner_id", "kind", "state", "reason_code", ...}
inline constexpr std::string_view progress = "jobs.progress"; ///< {"id", "owner_id", "kind", "progress", "stage", ...}
} // namespace topic

/// What producers, the API and the command line do with jobs. Thread-safe.
class Queue {
public:
    static constexpr std::size_t payload_bytes_max = 1U << 20U;
    static constexpr std::size_t key_bytes_max = 200;
    struct Parts {
        store::Database& database;
        bus::Bus& bus;
        base::Clock const& clock;
        base::Ids& ids;
    };
    Queue(Parts parts, std::vector<JobType> types);

    /// InvalidInput names what is wrong; NotFound for an unknown kind.
    Job enqueue(JobRequest const& request);
    /// Many in one transaction: all of them are there, or none. No idempotency keys and no parents.
    std::vector<Job> enqueue_all(std::span<JobRequest const> requests);
    /// The same as part of the caller's transaction; ring() after its commit, or a worker finds it some time later.
    Job enqueue_in(store::Connection& connection, JobRequest const& request);
    void ring(Job const& job);
    /// InvalidInput or NotFound for what enqueue() would refuse, whatever its parent.
    void check(JobRequest const& request) const;

    std::optional<Job> find(std::string const& id);
    /// NotFound also where the job is someone else's, when an owner is given.
    Job get(std::string const& id, std::optional<std::string> const& owner_id = std::nullopt);
    store::JobPage list(store::JobFilter const& filter);
    std::vector<store::JobEvent> history(std::string const& id);
    std::vector<Job> children(std::string const& id);
    QueueStats stats();

    /// The job and all below it. What runs is asked to stop and ends soon. Conflict where it has ended already.
    Job cancel(std::string const& id, std::string_view reason = "cancelled on request");
    /// A failed or cancelled job starts again with all its attempts. Conflict in any other state.
    Job retry(std::string const& id);
    /// Waits until the job ended (done, failed or cancelled) and gives it back; Cancelled when stopped.
    Job wait(std::string const& id, std::stop_token const& stop);

    std::span<JobType const> types() const { return types_; }
    Parts const& parts() const { return parts_; }
    /// Tells the bus what state a job is in now.
    void announce(Job const& job);

private:
    Job make(JobRequest const& request);
    Parts parts_;
    std::vector<JobType> types_;
};

} // namespace jobs
