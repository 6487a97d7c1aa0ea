#pragma once
#include "base/log.h"
#include "base/retry.h"
#include "jobs/queue.h"

namespace jobs {

/// Enqueues what is due by the calendar, and says when it wants to be asked again, where that is known. Runs in several
/// processes at once, so it must lock and key what it does.
using Trigger = std::function<std::optional<base::Time>(Queue&)>;
/// One that does not know when.
Trigger now_and_then(int (*trigger)(Queue&));

struct RunnerOptions {
    std::string worker;               ///< shown in rows and history; must differ between processes: "host:pid"
    int network_threads = 8;          ///< 0..64; 0 takes no job of this pool
    int compute_threads = 1;          ///< 0..64
    int ahead = 400;                  ///< 0..1000; at most so many are claimed beyond the threads, where they are short
    base::Milliseconds lease{60'000}; ///< a worker that is silent for so long has lost its jobs; >= 100 ms
    base::Milliseconds look_every{5'000};  ///< how often an idle worker looks without having been called, jittered
    base::Milliseconds sweep_every{5'000}; ///< how often expired leases and passed deadlines are looked for, jittered
    base::Backoff backoff{};               ///< before an attempt that follows a failure
    base::Milliseconds keep_ended{30LL * 24 * 60 * 60'000}; ///< how long ended jobs stay, with history and key
    std::vector<Trigger> triggers = {};                     ///< asked with every sweep, and when they want it
};

/// InvalidInput names what is out of range.
void check_options(RunnerOptions const& options);

/// Figures since the start.
struct RunnerStats {
    std::uint64_t claimed = 0;
    std::uint64_t done = 0;
    std::uint64_t failed_attempts = 0;
    std::uint64_t fenced = 0;         ///< ends that came too late: another worker has the job
    std::uint64_t leases_expired = 0; ///< of any worker, found by this one
    std::uint64_t handed_back = 0;
};

/// Claims jobs and runs them on its own threads until it is destroyed. Several runners, in this process or others, may
/// share a database. The destructor asks what runs to stop, hands it back to the queue and joins.
class Runner {
public:
    Runner(Queue& queue, base::Random& random, base::Log& log, RunnerOptions options);
    ~Runner();
    Runner(Runner const&) = delete;
    Runner& operator=(Runner const&) = delete;

    /// Waits until the job ended, in this process or elsewhere; Cancelled when stopped.
    Job wait(std::string const& id, std::stop_token const& stop);
    RunnerStats stats() const;

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

/// What maintenance found; also done by a runner from time to time.
struct SweepReport {
    int leases_expired = 0;
    int deadlines_passed = 0;
    int parents_woken = 0;
    int families_deleted = 0;
};
/// The part of RunnerOptions that maintenance needs.
struct SweepOptions {
    base::Backoff backoff{};
    base::Milliseconds lease = RunnerOptions().lease;
    bool take_leases = true; ///< false just after the clock jumped: first those who live renew theirs
    base::Milliseconds keep_ended = RunnerOptions().keep_ended;
};
/// Expired leases go back to the queue (or fail, with all attempts used), passed deadlines fail, parents whose children
/// ended are woken, families that ended long ago are deleted. A lease that ends later than any should, because a clock
/// was set back, is shortened: whoever lives renews it.
SweepReport sweep(Queue& queue, SweepOptions const& options, base::Random& random);

} // namespace jobs
