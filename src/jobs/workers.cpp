#include "jobs/workers.h"

namespace jobs {

Trigger beat(store::Worker worker, std::function<std::string()> trouble)
{
    return
        [worker = std::move(worker), trouble = std::move(trouble)](Queue& queue) mutable -> std::optional<base::Time> {
            auto const now = queue.parts().clock.now();
            if (worker.started_at == base::Time{}) worker.started_at = now;
            worker.beat_at = now;
            worker.trouble = trouble ? trouble() : "";
            queue.parts().database.transaction(
                [&](store::Connection& connection) { store::beat_worker(connection, worker, now - worker_row_kept); });
            return std::nullopt;
        };
}

void sign_off(Queue& queue, std::string const& worker_id)
{
    queue.parts().database.transaction(
        [&](store::Connection& connection) { store::remove_worker(connection, worker_id); });
}

} // namespace jobs
