#include "ai/models.h"

#include "base/hash.h"
#include "base/retry.h"
#include "store/tables/models.h"

#include <algorithm>

namespace ai {

static constexpr std::int64_t bytes_a_token = 3; // a cautious guess; the provider's own count settles it
static constexpr double temperature_first = 0.2;
static constexpr std::size_t models_told_max = 20;

Models::Models(std::vector<ProviderSetup> setups, store::Database& database, base::Clock const& clock,
               base::Random& random, ModelsOptions options)
    : setups_(std::move(setups)), database_(database), clock_(clock), random_(random), options_(options),
      budget_(database, clock, options.budget), known_(setups_.size())
{
}

std::string Models::hash_of(Question const& question) const
{
    base::Sha256 hash;
    auto const add = [&](std::string_view text) {
        hash.update(fmt::format("{} ", text.size())); // the length keeps neighbours apart
        hash.update(text);
    };
    for (auto const& setup : setups_) {
        add(setup.type->name);
        for (auto const& model : setup.wanted) add(model);
    }
    for (auto const* text : {&question.system, &question.user, &question.schema_name, &question.schema}) add(*text);
    return hash.hex();
}

/// Those of the wanted models that the provider has, best first.
std::vector<std::string> Models::usable(std::size_t setup, std::stop_token const& stop)
{
    auto const& [type, provider, wanted] = setups_[setup];
    Known known;
    {
        std::scoped_lock const lock(mutex_);
        known = known_[setup];
    }
    if (known.models.empty() || clock_.now() - known.at > options_.list_kept) {
        known = {provider->models(stop), clock_.now()};
        std::scoped_lock const lock(mutex_);
        known_[setup] = known;
    }
    std::vector<std::string> out;
    for (auto const& model : wanted)
        if (std::ranges::find(known.models, model) != known.models.end()) out.push_back(model);
    if (!out.empty()) return out;
    auto there = known.models;
    std::ranges::sort(there);
    if (there.size() > models_told_max) there.resize(models_told_max);
    throw ChatError(ChatFault::Model,
                    fmt::format("{} has none of {}; it has {}", type->name, fmt::join(wanted, ", "),
                                there.empty() ? "no models" : fmt::format("{}", fmt::join(there, ", "))),
                    fmt::format("set {} to one of them", type->model_setting));
}

Answer Models::ask_model(ProviderSetup const& setup, std::string const& model, Question const& question,
                         std::stop_token const& stop)
{
    auto const guess =
        static_cast<std::int64_t>(question.system.size() + question.user.size() + question.schema.size()) /
            bytes_a_token +
        question.answer_tokens_max;
    auto temperature = temperature_first;
    for (int attempt = 1;; ++attempt) {
        auto const reserved = budget_.reserve(setup.type->name, guess, setup.type->paid);
        auto wait = options_.backoff.delay(attempt, random_);
        try {
            auto const said = setup.provider->chat(model, question, temperature, stop);
            budget_.settle(reserved, said.tokens > 0 ? said.tokens : guess);
            try {
                auto value = base::parse_json(said.text, "the model's answer");
                if (question.check) question.check(value);
                return {std::move(value), fmt::format("{}/{}", setup.type->name, model), said.tokens, false};
            } catch (base::Error const& error) {
                throw ChatError(ChatFault::BadAnswer, fmt::format("{}: {}", setup.type->name, error.what()));
            }
        } catch (ChatError const& error) {
            auto const cheap = error.fault != ChatFault::BadAnswer; // nothing was generated
            if (cheap) budget_.settle(reserved, 0);
            auto const again = error.fault == ChatFault::Busy || error.fault == ChatFault::Down || !cheap;
            if (!again || attempt >= options_.attempts) throw;
            if (error.fault == ChatFault::BadAnswer) {
                temperature = 0;
                wait = base::Milliseconds(0);
            }
            if (error.wait) wait = *error.wait;
            if (wait > options_.wait_max) throw;
        }
        if (!base::sleep_for(stop, wait))
            base::fail(base::ErrorCode::Cancelled, "stopped while a model was waited for");
    }
}

Answer Models::ask_one(std::size_t setup, Question const& question, std::stop_token const& stop)
{
    std::string gone;
    for (auto const& model : usable(setup, stop)) {
        try {
            return ask_model(setups_[setup], model, question, stop);
        } catch (ChatError const& error) {
            if (error.fault != ChatFault::Model) throw;
            gone = error.what();
        }
    }
    {
        std::scoped_lock const lock(mutex_);
        known_[setup] = {}; // its list was not true
    }
    throw ChatError(ChatFault::Model, gone,
                    fmt::format("set {} to a model it has", setups_[setup].type->model_setting));
}

Answer Models::ask(Question const& question, std::stop_token const& stop)
{
    auto const hash = hash_of(question);
    auto const since = clock_.now() - options_.answers_kept;
    auto const kept = database_.read(
        [&](store::Connection& connection) { return store::find_model_answer(connection, hash, since); });
    if (kept) return {base::parse_json(kept->answer, "a kept answer"), kept->model, 0, true};
    std::string reasons;
    std::string next;
    auto code = base::ErrorCode::Unavailable;
    for (std::size_t i = 0; i < setups_.size(); ++i) {
        try {
            auto answer = ask_one(i, question, stop);
            database_.transaction([&](store::Connection& connection) {
                store::put_model_answer(
                    connection, {hash, answer.model, base::json::serialize(answer.value), answer.tokens, clock_.now()},
                    since);
            });
            return answer;
        } catch (ChatError const& error) {
            if (error.fault == ChatFault::TooLarge) throw;
            reasons += (reasons.empty() ? "" : "; ") + std::string(error.what());
            if (next.empty()) next = error.next_action;
        } catch (base::Error const& error) {
            if (error.code != base::ErrorCode::RateLimited)
                throw; // the budget; one that costs nothing may still answer
            reasons += (reasons.empty() ? "" : "; ") + std::string(error.what());
            next = error.next_action;
            code = error.code;
        }
    }
    throw base::Error(code, reasons.empty() ? "no language model is configured" : reasons, next);
}

std::string Models::who(std::stop_token const& stop)
{
    std::string reasons;
    std::string next;
    for (std::size_t i = 0; i < setups_.size(); ++i) {
        try {
            return fmt::format("{}/{}", setups_[i].type->name, usable(i, stop).front());
        } catch (ChatError const& error) {
            reasons += (reasons.empty() ? "" : "; ") + std::string(error.what());
            if (next.empty()) next = error.next_action;
        }
    }
    throw base::Error(base::ErrorCode::Unavailable, reasons, next);
}

std::vector<base::Setting> settings()
{
    return {
        base::changeable({"ai", "providers", "who is asked for opinions, in this order; empty: nobody", "groq,ollama"}),
        {"ai", "groq_key", "Groq's key", "", "GROQ_API_KEY", true},
        base::changeable({"ai", "groq_models", "models at Groq, best first; the first that Groq still has is used",
                          "openai/gpt-oss-120b,openai/gpt-oss-20b,qwen/qwen3-32b,moonshotai/kimi-k2-instruct"}),
        base::changeable(
            {"ai", "ollama_models", "models of Ollama, best first, as in llama3.2:3b; empty: Ollama is not asked"}),
        base::changeable({"ai", "timeout", "longest time for one answer", "60s"}),
        base::changeable({"ai", "tokens_per_day", "tokens that paid models may take in a day (UTC)", "200000"}),
        base::changeable({"ai", "dollars_per_day", "dollars that paid models may cost in a day (UTC)", "0.50"}),
        base::changeable({"ai", "dollars_per_million_tokens", "what a million tokens is taken to cost", "1.00"}),
    };
}

std::unique_ptr<LanguageModel> models_from(base::Config const& config, net::HttpClient& client,
                                           store::Database& database, base::Clock const& clock, base::Random& random,
                                           ModelsOptions options)
{
    std::vector<ProviderSetup> setups;
    for (auto const& name : base::split_list(config.text("ai.providers"))) {
        auto const type = std::ranges::find(all_providers(), name, &ProviderType::name);
        if (type == all_providers().end())
            base::fail(base::ErrorCode::InvalidInput, "ai.providers: '{}' is neither groq nor ollama", name);
        ProviderOptions reach;
        reach.url = config.find(fmt::format("endpoint.{}", name)).value_or(std::string(type->url));
        while (reach.url.ends_with('/')) reach.url.pop_back();
        static_cast<void>(net::parse_url(reach.url));
        if (!type->key_setting.empty()) reach.key = config.text(type->key_setting);
        for (auto const c : reach.key)
            if (static_cast<unsigned char>(c) < 0x20)
                base::fail(base::ErrorCode::InvalidInput, "{}: holds a control character", type->key_setting);
        reach.timeout = config.duration("ai.timeout");
        auto wanted = base::split_list(config.text(type->model_setting));
        if (wanted.empty() || (!type->key_setting.empty() && reach.key.empty())) continue;
        setups.push_back({&*type, type->make(client, reach), std::move(wanted)});
    }
    if (setups.empty()) return nullptr;
    options.budget = {config.integer("ai.tokens_per_day", 0, 1'000'000'000),
                      config.number("ai.dollars_per_day", 0, 1e6),
                      config.number("ai.dollars_per_million_tokens", 0, 1e6)};
    return std::make_unique<Models>(std::move(setups), database, clock, random, options);
}

} // namespace ai
