#include "discovery/desk.h"

#include "discovery/reset.h"

#include <algorithm>

namespace discovery {

using namespace std::chrono_literals;

static constexpr auto pause_unsaid = 60s; ///< after a refusal that does not say for how long

Desk::Desk(Parts const& parts) : parts_(parts), gate_(parts.spec.limits), sign_in_(parts.spec, parts.credentials) {}

std::vector<Charge> Desk::charges(std::map<std::string, std::int64_t> const& costs) const
{
    std::vector<Charge> out;
    for (auto const& [name, cost] : costs) {
        auto const quota = parts_.spec.limits.quotas.find(name);
        if (quota == parts_.spec.limits.quotas.end()) continue;
        auto const own = budgets_.find(name);
        out.push_back({name, period_start(quota->second.per, parts_.clock.now()), cost,
                       own == budgets_.end() ? quota->second.units : own->second});
    }
    return out;
}

void Desk::charge(Step const& step)
{
    auto const wanted = charges(step.costs);
    if (wanted.empty()) return;
    auto const short_of = parts_.store.charge(parts_.spec.id, wanted);
    if (!short_of) return;
    auto const& quota = parts_.spec.limits.quotas.at(short_of->quota);
    auto const end = period_end(quota.per, parts_.clock.now());
    auto next = "ask again in " + base::format_duration(end - parts_.clock.now());
    if (!quota.setting.empty()) next += ", or raise " + quota.setting;
    throw SourceError(
        SourceCode::Quota,
        fmt::format("{}: the budget of {} {} is used up", parts_.spec.title, short_of->units, short_of->quota), next,
        end);
}

std::optional<std::int64_t> Desk::quota_left()
{
    std::map<std::string, std::int64_t> all;
    for (auto const& [name, quota] : parts_.spec.limits.quotas) all[name] = 0;
    std::optional<std::int64_t> least;
    for (auto const& one : charges(all)) {
        auto const left =
            std::max<std::int64_t>(0, one.units - parts_.store.used(parts_.spec.id, one.quota, one.period));
        least = std::min(least.value_or(left), left);
    }
    return least;
}

SourceHealth& Desk::current(std::string const& endpoint)
{
    if (!health_) {
        try {
            health_ = parts_.store.health(parts_.spec.id);
        } catch (base::Error const&) {
        } // a store that cannot be read keeps nobody from asking
    }
    if (!health_ || health_->endpoint != endpoint) {
        health_.emplace();
        health_->source = parts_.spec.id;
        health_->endpoint = endpoint;
    }
    return *health_;
}

SourceHealth Desk::health(std::string const& endpoint)
{
    std::scoped_lock const lock(mutex_);
    return current(endpoint);
}

void Desk::admit(std::string const& endpoint, bool probe)
{
    std::scoped_lock const lock(mutex_);
    auto const now = parts_.clock.now();
    auto const& health = current(endpoint);
    auto const refuse = [&](base::Time until, std::string const& why) {
        throw SourceError(health.code.value_or(SourceCode::UpstreamError),
                          fmt::format("{}: not asked, {}: {}", parts_.spec.title, why, health.reason),
                          "ask again in " + base::format_duration(until - now));
    };
    if (health.paused_until && now < *health.paused_until) refuse(*health.paused_until, "the platform wanted a pause");
    if (probe || !health.open_until) return;
    if (now < *health.open_until)
        refuse(*health.open_until, fmt::format("it failed {} times in a row", health.failures));
    if (probing_) refuse(now + 1s, "another question is trying it after its rest");
    probing_ = true;
}

static bool counts_against(SourceCode code)
{
    return code == SourceCode::Timeout || code == SourceCode::UpstreamError || code == SourceCode::BadAnswer ||
           code == SourceCode::LayoutChanged || code == SourceCode::Blocked;
}

void Desk::settle(SourceReport const& report, std::string const& endpoint, std::optional<base::Time> retry_at)
{
    std::scoped_lock const lock(mutex_);
    probing_ = false;
    if (report.code == SourceCode::Cancelled) return;
    auto const now = parts_.clock.now();
    auto& health = current(endpoint);
    health.updated_at = now;
    health.paused_until = retry_at;
    health.code = report.code;
    health.reason = report.reason.value_or("");
    if (report.status != SourceStatus::Failed || !report.code) {
        health.failures = 0;
        health.open_until.reset();
        health.last_ok = now;
        return;
    }
    auto const refused = *report.code == SourceCode::RateLimited || *report.code == SourceCode::Quota;
    if (refused && !retry_at) health.paused_until = now + pause_unsaid;
    if (counts_against(*report.code)) ++health.failures;
    auto const& rules = parts_.spec.limits.breaker;
    if (health.failures >= rules.failures) health.open_until = now + std::chrono::seconds(rules.open_seconds);
}

void Desk::give_up()
{
    std::scoped_lock const lock(mutex_);
    probing_ = false;
}

void Desk::remember(SourceReport const& report)
{
    if (report.code == SourceCode::Cancelled) return;
    std::optional<SourceHealth> health;
    {
        std::scoped_lock const lock(mutex_);
        health = health_;
    }
    if (!health) return;
    try {
        parts_.store.save(*health,
                          {report.id, parts_.clock.now(), report.status, report.code, report.took_ms, report.count});
    } catch (base::Error const&) {
    } // what is not remembered costs no result
}

} // namespace discovery
