#include "jobs/finisher.h"

#include <algorithm>
#include <set>

namespace jobs {

Finisher::Finisher(Parts parts) : parts_(std::move(parts)), thread_([this](std::stop_token const& stop) { run(stop); })
{
}

Finisher::~Finisher() { thread_.request_stop(); }

void Finisher::put(JobResult result)
{
    {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, [&] { return waiting_.size() < waiting_max; });
        waiting_.push_back(std::move(result));
    }
    not_empty_.notify_one();
}

void Finisher::run(std::stop_token const& stop)
{
    for (;;) {
        std::vector<JobResult> results;
        {
            std::unique_lock lock(mutex_);
            not_empty_.wait(lock, stop, [&] { return !waiting_.empty(); });
            if (waiting_.empty()) return; // stopped, and nothing is left
            while (!waiting_.empty() && results.size() < together_max) {
                results.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
        }
        not_full_.notify_all();
        write(results);
    }
}

void Finisher::write(std::vector<JobResult>& results)
{
    auto const together = results.size() > 1 && write_together(results);
    for (auto& result : results) {
        if (!together) parts_.alone(result);
        parts_.end(result);
    }
}

/// Done, of no family: a single statement ends them all.
static bool is_plain(JobResult const& result)
{
    return result.release.state == JobState::Done && !result.held->job().parent_id;
}

bool Finisher::write_together(std::vector<JobResult>& results)
{
    // In the order of what is locked first, the parent where there is one, as all that locks several rows.
    auto const order = [](JobResult const& result) {
        auto const& job = result.held->job();
        return std::tuple(job.parent_id.value_or(job.id), job.id);
    };
    std::sort(results.begin(), results.end(),
              [&](JobResult const& a, JobResult const& b) { return order(a) < order(b); });
    std::vector<store::ReleaseReport> reports;
    auto const& queue = parts_.queue.parts();
    try {
        queue.database.transaction([&](store::Connection& connection) {
            auto const now = queue.clock.now();
            std::vector<store::JobEnd> ends;
            for (auto const& result : results)
                if (is_plain(result)) ends.push_back({result.held->claim(), result.release.result.value_or("{}")});
            auto const claims = store::finish_jobs(connection, ends, now);
            // By token too: a job whose lease was lost may be here twice, and only one of the two has it.
            std::set<store::JobClaim> const written(claims.begin(), claims.end());
            reports.clear();
            for (auto const& result : results) {
                auto report = is_plain(result)
                                  ? store::ReleaseReport{.written = written.contains(result.held->claim())}
                                  : store::release_job(connection, result.held->claim(), result.release, now);
                if (report.written && result.also) result.also(connection);
                reports.push_back(std::move(report));
            }
        });
    } catch (std::exception const&) { // one of them, or the database: each by itself finds out
        return false;
    }
    for (std::size_t i = 0; i < results.size(); ++i) parts_.tell(results[i], reports[i]);
    return true;
}

} // namespace jobs
