#include "jobs/steps.h"
#include "jobs/webhooks.h"

#include <algorithm>

namespace jobs {

static constexpr base::Milliseconds answer_timeout{15'000};
static constexpr std::size_t answer_bytes_max = 64U << 10U;
static constexpr int gone = 410; // the receiver wants no more

namespace {

struct Errand {
    store::WebhookDelivery delivery;
    store::Webhook webhook;
    std::optional<Job> job; ///< that ended; none where its history was deleted meanwhile
};

} // namespace

static Errand errand_of(DeliverParts const& parts, std::string const& id)
{
    return parts.database.read([&](store::Connection& connection) {
        auto const delivery = store::find_delivery(connection, id);
        auto const webhook = delivery ? store::find_webhook(connection, delivery->webhook_id) : std::nullopt;
        if (!webhook) base::fail(base::ErrorCode::NotFound, "the webhook was removed");
        return Errand{*delivery, *webhook, store::find_job(connection, delivery->job_id)};
    });
}

/// The same for each attempt, byte for byte.
static std::string body_of(Errand const& errand)
{
    WebhookBody body{errand.delivery.event, errand.delivery.created_at, {}};
    body.data.job_id = errand.delivery.job_id;
    body.data.state = errand.delivery.event.substr(errand.delivery.event.find('.') + 1);
    if (errand.job) {
        body.data.kind = errand.job->kind;
        body.data.reason_code = errand.job->reason_code;
        body.data.reason = errand.job->reason;
        body.data.attempt = errand.job->attempt;
        body.data.finished_at = errand.job->finished_at;
        if (errand.job->result) body.data.result = {*errand.job->result};
    }
    return base::to_json(body);
}

static net::Response send(DeliverParts const& parts, Errand const& errand, JobContext& context)
{
    auto const secret = parts.secret(errand.webhook.owner_id, webhook_secret_name(errand.webhook.id));
    if (secret.empty())
        base::fail(base::ErrorCode::Unavailable, base::Next{"make the webhook anew"}, "its secret is gone");
    net::Request request;
    request.url = errand.webhook.url;
    request.trust = net::Trust::Guarded; // users chose it
    request.method = "POST";
    request.body = body_of(errand);
    auto const seconds = std::chrono::floor<std::chrono::seconds>(context.now()).time_since_epoch().count();
    request.headers = {{"Content-Type", "application/json"},
                       {"webhook-id", errand.delivery.id},
                       {"webhook-timestamp", std::to_string(seconds)},
                       {"webhook-signature", webhook_signature(secret, errand.delivery.id, seconds, request.body)}};
    request.total_timeout = answer_timeout;
    request.body_bytes_max = answer_bytes_max;
    request.redirects_max = 0;
    request.attempts_max = 1; // the queue tries again
    return parts.client.send(request, context.stop());
}

/// Keeps what came of it for the owner to see; the webhook's own row says why it ended badly.
static void note(JobContext& context, Errand errand, store::DeliveryState state, std::optional<int> status,
                 std::string const& reason, bool pause)
{
    errand.delivery.state = state;
    errand.delivery.status = status;
    errand.delivery.reason = reason;
    errand.delivery.updated_at = context.now();
    auto const ended = state == store::DeliveryState::Delivered || state == store::DeliveryState::Failed;
    context.transaction([&](store::Connection& connection) {
        store::update_delivery(connection, errand.delivery);
        auto webhook = store::find_webhook(connection, errand.webhook.id);
        if (!webhook || !ended) return;
        webhook->trouble = reason;
        webhook->paused = webhook->paused || pause;
        webhook->updated_at = context.now();
        store::update_webhook(connection, *webhook);
    });
}

static JobOutcome run(DeliverParts const& parts, JobContext& context)
{
    auto const errand = errand_of(parts, payload_of<DeliverPayload>(context).delivery_id);
    if (errand.delivery.state == store::DeliveryState::Delivered) return Done{};
    auto const last = context.job().attempt >= context.job().attempts_max;
    std::optional<int> status;
    std::optional<base::Error> error;
    try {
        status = send(parts, errand, context).status;
        if (*status < 200 || *status > 299)
            error = base::Error(base::ErrorCode::Upstream, fmt::format("the receiver answers {}", *status));
    } catch (base::Error const& failure) {
        if (failure.code == base::ErrorCode::Cancelled) throw;
        error = failure;
    }
    if (!error) {
        note(context, errand, store::DeliveryState::Delivered, status, "", false);
        return Done{};
    }
    auto const over = last || status == gone || !base::is_transient(error->code);
    note(context, errand, over ? store::DeliveryState::Failed : store::DeliveryState::Queued, status, error->what(),
         status == gone);
    if (status == gone)
        base::fail(base::ErrorCode::Forbidden, base::Next{"resume the webhook if it is wanted"},
                   "the receiver answers 410: it wants no more");
    throw *error;
}

JobType deliver_type(DeliverParts parts)
{
    return {.name = store::delivery_kind,
            .help = "Tells an address that a job ended.",
            .pool = JobPool::Network,
            .attempts_max = 10,
            .timeout = base::Milliseconds(60'000),
            .backoff = parts.backoff,
            .run = [parts = std::move(parts)](JobContext& context) { return run(parts, context); }};
}

} // namespace jobs
