#include "store/tables/workers.h"

#include "store/record.h"

namespace store {

void beat_worker(Connection& connection, Worker const& worker, base::Time forget_before)
{
    insert_record(connection, "workers", worker,
                  " ON CONFLICT (id) DO UPDATE SET version = excluded.version, trouble = excluded.trouble, "
                  "network_threads = excluded.network_threads, compute_threads = excluded.compute_threads, "
                  "started_at = excluded.started_at, beat_at = excluded.beat_at");
    connection.query("DELETE FROM workers WHERE beat_at < $1", forget_before);
}

void remove_worker(Connection& connection, std::string const& id)
{
    connection.query("DELETE FROM workers WHERE id = $1", id);
}

std::vector<Worker> list_workers(Connection& connection, base::Time since)
{
    return records<Worker>(connection.query("SELECT " + columns<Worker>() +
                                                " FROM workers WHERE beat_at >= $1 ORDER BY beat_at DESC LIMIT $2",
                                            since, workers_listed_max));
}

} // namespace store
