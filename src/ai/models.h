#pragma once
#include "ai/budget.h"
#include "ai/provider.h"
#include "base/config.h"
#include "base/retry.h"

#include <mutex>

namespace ai {

/// One provider that the settings name.
struct ProviderSetup {
    ProviderType const* type = nullptr;
    std::unique_ptr<Provider> provider;
    std::vector<std::string> wanted; ///< models, best first
};

struct ModelsOptions {
    BudgetLimits budget = {};
    int attempts = 3; ///< of one model, where trying again may help
    base::Backoff backoff{};
    base::Milliseconds wait_max{20'000};       ///< a provider that wants a longer pause is passed over
    base::Milliseconds list_kept{60 * 60'000}; ///< how long a list of models is believed
    base::Milliseconds answers_kept{7 * 24 * 3600'000LL};
};

/// Asks the first provider that answers, with the first of its models that it still has. Answers are kept by a hash of
/// the whole question, so that the same one is not paid for twice. Thread-safe.
class Models : public LanguageModel {
public:
    Models(std::vector<ProviderSetup> setups, store::Database& database, base::Clock const& clock, base::Random& random,
           ModelsOptions options);
    Answer ask(Question const& question, std::stop_token const& stop) override;
    std::string who(std::stop_token const& stop) override;

private:
    struct Known {
        std::vector<std::string> models;
        base::Time at{};
    };
    std::string hash_of(Question const& question) const;
    std::vector<std::string> usable(std::size_t setup, std::stop_token const& stop);
    Answer ask_one(std::size_t setup, Question const& question, std::stop_token const& stop);
    Answer ask_model(ProviderSetup const& setup, std::string const& model, Question const& question,
                     std::stop_token const& stop);

    std::vector<ProviderSetup> const setups_;
    store::Database& database_;
    base::Clock const& clock_;
    base::Random& random_;
    ModelsOptions const options_;
    Budget budget_;
    std::mutex mutex_; // guards known_
    std::vector<Known> known_;
};

std::vector<base::Setting> settings();

/// What the settings ask for; nullptr where no provider is configured.
std::unique_ptr<LanguageModel> models_from(base::Config const& config, net::HttpClient& client,
                                           store::Database& database, base::Clock const& clock, base::Random& random,
                                           ModelsOptions options = {});

} // namespace ai
