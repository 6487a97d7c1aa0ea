#pragma once
#include "discovery/gate.h"
#include "discovery/sign_in.h"
#include "discovery/source_store.h"

namespace discovery {

/// What all scans of this process share about one source: its turn, its sign-in, its budgets, its health. Thread-safe.
class Desk {
public:
    struct Parts {
        SourceSpec const& spec;
        Credentials& credentials;
        SourceStore& store;
        base::Clock const& clock;
    };
    explicit Desk(Parts const& parts);

    Gate& gate() { return gate_; }
    SignIn& sign_in() { return sign_in_; }
    SourceStore& store() { return parts_.store; }
    base::Clock const& clock() const { return parts_.clock; }

    /// The operator's own budgets, by the spec's name, instead of the spec's.
    void set_budgets(std::map<std::string, std::int64_t> budgets) { budgets_ = std::move(budgets); }
    /// Charges what a request of the step costs; SourceError (Quota) where a budget has not enough left.
    void charge(Step const& step);
    /// Of the budget of which the least is left; nothing where the spec has none.
    std::optional<std::int64_t> quota_left();

    /// SourceError where the source rests: the platform asked for a pause, or it failed too often. After a rest one
    /// question goes through and decides. `probe` = a person wants to know: only the platform's pause counts.
    void admit(std::string const& endpoint, bool probe);
    /// What became of a question that was admitted.
    void settle(SourceReport const& report, std::string const& endpoint, std::optional<base::Time> retry_at);
    /// It was admitted, but not asked for want of time.
    void give_up();
    /// Writes it down. Apart from settle(), so that nobody has to wait for a disk to see an answer.
    void remember(SourceReport const& report);
    /// As it is now, for this endpoint.
    SourceHealth health(std::string const& endpoint);

private:
    SourceHealth& current(std::string const& endpoint);
    std::vector<Charge> charges(std::map<std::string, std::int64_t> const& costs) const;

    Parts parts_;
    Gate gate_;
    SignIn sign_in_;
    std::map<std::string, std::int64_t> budgets_;
    std::mutex mutex_;
    std::optional<SourceHealth> health_; ///< read from the store with the first question
    bool probing_ = false;               ///< after a rest: somebody is trying
};

} // namespace discovery
