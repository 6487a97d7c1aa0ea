#include "discovery/source_store.h"

#include <algorithm>

namespace discovery {

std::optional<Charge> MemorySourceStore::charge(std::string const& source, std::vector<Charge> const& charges)
{
    std::scoped_lock const lock(mutex_);
    for (auto const& one : charges) {
        auto& budget = budgets_[{source, one.quota}];
        if (budget.period != one.period) budget = {one.period, 0};
        if (budget.used + one.cost > one.units) return one;
    }
    for (auto const& one : charges) budgets_[{source, one.quota}].used += one.cost;
    return std::nullopt;
}

std::int64_t MemorySourceStore::used(std::string const& source, std::string const& quota, base::Time period)
{
    std::scoped_lock const lock(mutex_);
    auto const it = budgets_.find({source, quota});
    return it == budgets_.end() || it->second.period != period ? 0 : it->second.used;
}

std::optional<SourceHealth> MemorySourceStore::health(std::string const& source)
{
    std::scoped_lock const lock(mutex_);
    auto const it = health_.find(source);
    return it == health_.end() ? std::nullopt : std::optional(it->second);
}

void MemorySourceStore::save(SourceHealth const& health, HealthRecord const& record)
{
    std::scoped_lock const lock(mutex_);
    health_[health.source] = health;
    auto& records = history_[record.source];
    if (records.size() >= history_max) records.erase(records.begin());
    records.push_back(record);
}

std::vector<HealthRecord> MemorySourceStore::history(std::string const& source, std::size_t limit)
{
    std::scoped_lock const lock(mutex_);
    auto const it = history_.find(source);
    if (it == history_.end()) return {};
    std::vector<HealthRecord> out(it->second.rbegin(), it->second.rend());
    if (out.size() > limit) out.resize(limit);
    return out;
}

std::optional<CachedAnswer> MemorySourceStore::cached(std::string const& key)
{
    std::scoped_lock const lock(mutex_);
    auto const it = answers_.find(key);
    return it == answers_.end() ? std::nullopt : std::optional(it->second);
}

void MemorySourceStore::keep(std::string const& key, CachedAnswer const& answer)
{
    if (answer.body.size() > cached_answer_bytes_max) return;
    std::scoped_lock const lock(mutex_);
    if (auto const old = answers_.find(key); old != answers_.end()) {
        answer_bytes_ -= old->second.body.size();
        answers_.erase(old);
    }
    while (!answers_.empty() &&
           (answers_.size() >= cache_answers_max || answer_bytes_ + answer.body.size() > cache_bytes_max)) {
        auto const oldest = std::min_element(answers_.begin(), answers_.end(), [](auto const& a, auto const& b) {
            return a.second.expires_at < b.second.expires_at;
        });
        answer_bytes_ -= oldest->second.body.size();
        answers_.erase(oldest);
    }
    answer_bytes_ += answer.body.size();
    answers_.emplace(key, answer);
}

} // namespace discovery
