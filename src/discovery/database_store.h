#pragma once
#include "discovery/source_store.h"
#include "store/database.h"

#include <functional>

namespace discovery {

/// In the database, so that the next program knows it too. The database is opened with the first question.
class DatabaseSourceStore : public SourceStore {
public:
    DatabaseSourceStore(std::function<store::Database&()> database, base::Clock const& clock)
        : database_(std::move(database)), clock_(clock)
    {
    }
    std::optional<Charge> charge(std::string const& source, std::vector<Charge> const& charges) override;
    std::int64_t used(std::string const& source, std::string const& quota, base::Time period) override;
    std::optional<SourceHealth> health(std::string const& source) override;
    void save(SourceHealth const& health, HealthRecord const& record) override;
    std::vector<HealthRecord> history(std::string const& source, std::size_t limit) override;
    std::optional<CachedAnswer> cached(std::string const& key) override;
    void keep(std::string const& key, CachedAnswer const& answer) override;

private:
    store::Database& database();

    std::function<store::Database&()> database_;
    base::Clock const& clock_;
    std::mutex mutex_; // opening it is no work for two threads
};

} // namespace discovery
