#include "jobs/webhooks.h"

#include "base/hash.h"

#include <sodium.h>

namespace jobs {

static constexpr int rounds_max = 100;
static constexpr std::string_view secret_prefix = "whsec_";
static constexpr std::size_t secret_bytes = 32;

std::string webhook_secret_name(std::string const& webhook_id) { return "webhook." + webhook_id; }

std::string new_webhook_secret()
{
    std::string bytes(secret_bytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return std::string(secret_prefix) + base::base64(bytes);
}

static std::string key_of(std::string_view secret)
{
    auto const key =
        secret.starts_with(secret_prefix) ? base::from_base64(secret.substr(secret_prefix.size())) : std::nullopt;
    if (!key || key->size() < 16)
        base::fail(base::ErrorCode::InvalidInput, "a webhook's secret is not like whsec_BASE64 of 16 bytes or more");
    return *key;
}

std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t timestamp_seconds,
                              std::string_view body)
{
    auto const text = fmt::format("{}.{}.{}", id, timestamp_seconds, body);
    return "v1," + base::base64(base::hmac_sha256(key_of(secret), text));
}

static Job enqueue_delivery(Queue& queue, store::Connection& connection, store::WebhookDelivery& delivery)
{
    JobRequest request{.owner_id = delivery.owner_id, .kind = std::string(store::delivery_kind)};
    request.payload = base::to_json(DeliverPayload{delivery.id});
    request.idempotency_key = delivery.id;
    auto job = queue.enqueue_in(connection, request);
    delivery.state = store::DeliveryState::Queued;
    delivery.delivery_job_id = job.id;
    delivery.updated_at = queue.parts().clock.now();
    store::update_delivery(connection, delivery);
    return job;
}

int trigger_deliveries(Queue& queue)
{
    auto const& parts = queue.parts();
    int total = 0;
    for (int round = 0; round < rounds_max; ++round) {
        auto const any =
            parts.database.read([](store::Connection& connection) { return store::any_new_delivery(connection); });
        if (!any) break;
        std::vector<Job> jobs;
        parts.database.transaction([&](store::Connection& connection) {
            jobs.clear();
            for (auto& delivery : store::new_deliveries(connection, deliveries_a_round))
                jobs.push_back(enqueue_delivery(queue, connection, delivery));
            store::prune_deliveries(connection, parts.clock.now() - deliveries_kept, deliveries_a_round);
        });
        for (auto const& job : jobs) queue.ring(job);
        total += static_cast<int>(jobs.size());
        if (jobs.size() < static_cast<std::size_t>(deliveries_a_round)) break;
    }
    return total;
}

} // namespace jobs
