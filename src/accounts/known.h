#pragma once
#include "base/clock.h"

#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace accounts {

/// What was read from the database a moment ago, so that a request need not ask again. What this process changes is
/// forgotten at once; what another one changes is seen after `kept`. Thread-safe.
template <class Value> class Known {
public:
    static constexpr base::Milliseconds kept{2'000};
    static constexpr std::size_t entries_max = 20'000; ///< then all are forgotten

    explicit Known(base::Clock const& clock) : clock_(clock) {}

    /// Runs `load(key)` where it is not known; its nothing is not kept, so that nobody fills this with guesses.
    template <class Load> std::optional<Value> get(std::string_view key, Load load)
    {
        auto const now = clock_.now();
        std::uint64_t generation = 0;
        {
            std::shared_lock const lock(mutex_);
            generation = generation_;
            auto const found = entries_.find(key);
            if (found != entries_.end() && now >= found->second.at && now - found->second.at < kept)
                return found->second.value;
        }
        std::optional<Value> value = load(key);
        std::unique_lock const lock(mutex_);
        if (generation != generation_) return value; // somebody changed something while we read: may be old already
        if (!value) {
            if (auto const found = entries_.find(key); found != entries_.end()) entries_.erase(found);
            return value;
        }
        if (entries_.size() >= entries_max) entries_.clear();
        entries_.insert_or_assign(std::string(key), Entry{*value, now});
        return value;
    }
    void forget()
    {
        std::unique_lock const lock(mutex_);
        ++generation_;
        entries_.clear();
    }

private:
    struct Entry {
        Value value;
        base::Time at{};
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    base::Clock const& clock_;
    std::shared_mutex mutex_;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
    std::uint64_t generation_ = 0;
};

} // namespace accounts
