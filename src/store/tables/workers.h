#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `workers`: a process that works on the queue, as it last said itself.
struct Worker {
    std::string id; ///< "host:pid", as in jobs
    std::string host;
    std::int64_t pid = 0;
    std::string version;
    int network_threads = 0;
    int compute_threads = 0;
    std::string trouble; ///< what keeps it from working well; "" where nothing does
    base::Time started_at{};
    base::Time beat_at{};
};
BOOST_DESCRIBE_STRUCT(Worker, (),
                      (id, host, pid, version, network_threads, compute_threads, trouble, started_at, beat_at))

inline constexpr int workers_listed_max = 1'000;

/// Says that it lives. Rows of those that were silent since `forget_before` go.
void beat_worker(Connection& connection, Worker const& worker, base::Time forget_before);
void remove_worker(Connection& connection, std::string const& id);
/// Those heard of since then, the newest beat first.
std::vector<Worker> list_workers(Connection& connection, base::Time since);

} // namespace store
