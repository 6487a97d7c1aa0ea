#pragma once
#include "discovery/candidate.h"

#include <map>
#include <mutex>

namespace discovery {

/// Units of one budget in one period.
struct Charge {
    std::string quota;
    base::Time period; ///< when it began
    std::int64_t cost = 0;
    std::int64_t units = 0; ///< the budget
};

/// How a source is doing; what keeps it from being asked.
struct SourceHealth {
    std::string source;
    std::string endpoint;                   ///< it is about this one
    std::int64_t failures = 0;              ///< in a row
    std::optional<base::Time> open_until;   ///< the breaker
    std::optional<base::Time> paused_until; ///< the platform asked for it
    std::optional<SourceCode> code;         ///< of the last failure
    std::string reason;
    std::optional<base::Time> last_ok;
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(SourceHealth, (),
                      (source, endpoint, failures, open_until, paused_until, code, reason, last_ok, updated_at))

/// One question to a source, for its history.
struct HealthRecord {
    std::string source;
    base::Time at{};
    SourceStatus status = SourceStatus::Ok;
    std::optional<SourceCode> code;
    std::int64_t took_ms = 0;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(HealthRecord, (), (source, at, status, code, took_ms, count))

/// An answer that may be good for a while, and how to ask whether it still is.
struct CachedAnswer {
    std::string body;
    std::string content_type;
    std::string etag;
    std::string last_modified;
    base::Time expires_at{};
};

inline constexpr std::size_t history_max = 500; ///< records of one source
inline constexpr std::size_t cached_answer_bytes_max = 1U << 20U;
inline constexpr std::size_t cache_bytes_max = 32U << 20U; ///< of all answers together
inline constexpr std::size_t cache_answers_max = 2'000;

/// What is remembered of sources from one scan to the next; the machine's, no user's. Thread-safe.
struct SourceStore {
    virtual ~SourceStore() = default;
    /// Charges all of them, or none and gives back which budget has not enough left.
    virtual std::optional<Charge> charge(std::string const& source, std::vector<Charge> const& charges) = 0;
    virtual std::int64_t used(std::string const& source, std::string const& quota, base::Time period) = 0;
    virtual std::optional<SourceHealth> health(std::string const& source) = 0;
    /// How it is now, and what became of the last question.
    virtual void save(SourceHealth const& health, HealthRecord const& record) = 0;
    /// The newest first.
    virtual std::vector<HealthRecord> history(std::string const& source, std::size_t limit) = 0;
    virtual std::optional<CachedAnswer> cached(std::string const& key) = 0;
    virtual void keep(std::string const& key, CachedAnswer const& answer) = 0;
};

/// For one process; bounded.
class MemorySourceStore : public SourceStore {
public:
    std::optional<Charge> charge(std::string const& source, std::vector<Charge> const& charges) override;
    std::int64_t used(std::string const& source, std::string const& quota, base::Time period) override;
    std::optional<SourceHealth> health(std::string const& source) override;
    void save(SourceHealth const& health, HealthRecord const& record) override;
    std::vector<HealthRecord> history(std::string const& source, std::size_t limit) override;
    std::optional<CachedAnswer> cached(std::string const& key) override;
    void keep(std::string const& key, CachedAnswer const& answer) override;

private:
    struct Budget {
        base::Time period;
        std::int64_t used = 0;
    };
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Budget> budgets_;
    std::map<std::string, SourceHealth> health_;
    std::map<std::string, std::vector<HealthRecord>> history_;
    std::map<std::string, CachedAnswer> answers_;
    std::size_t answer_bytes_ = 0;
};

} // namespace discovery
