#pragma once
#include "jobs/queue.h"
#include "net/http.h"
#include "store/tables/webhooks.h"

/// Completion webhooks in the form of standardwebhooks.com: the headers webhook-id, webhook-timestamp and
/// webhook-signature, and a secret "whsec_" + base64.
namespace jobs {

inline constexpr std::size_t webhook_url_bytes_max = 2'000;
inline constexpr int deliveries_a_round = 100;
inline constexpr base::Milliseconds deliveries_kept{30LL * 24 * 3600'000};

/// What the job that delivers gets.
struct DeliverPayload {
    std::string delivery_id;
};
BOOST_DESCRIBE_STRUCT(DeliverPayload, (), (delivery_id))

/// What the receiver gets.
struct WebhookData {
    std::string job_id;
    std::string kind;
    std::string state;
    std::string reason_code;
    std::string reason;
    int attempt = 0;
    std::optional<base::Time> finished_at;
    base::RawJson result; ///< what the job made, once done; null otherwise
};
BOOST_DESCRIBE_STRUCT(WebhookData, (), (job_id, kind, state, reason_code, reason, attempt, finished_at, result))
struct WebhookBody {
    std::string type; ///< "job.done", "job.failed", "job.cancelled"
    base::Time timestamp{};
    WebhookData data;
};
BOOST_DESCRIBE_STRUCT(WebhookBody, (), (type, timestamp, data))

/// What the job that delivers works with.
struct DeliverParts {
    store::Database& database;
    net::HttpClient& client;
    std::function<std::string(std::string const& owner_id, std::string const& name)> secret; ///< "" where there is none
    /// Ten attempts within about three hours.
    base::Backoff backoff{.first = base::Milliseconds(5'000), .longest = base::Milliseconds(3600'000)};
};
JobType deliver_type(DeliverParts parts);

/// The name of a webhook's secret in the vault.
std::string webhook_secret_name(std::string const& webhook_id);
std::string new_webhook_secret();
/// "v1,BASE64": HMAC-SHA256 over "id.timestamp.body". InvalidInput for a secret that is not like the above.
std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t timestamp_seconds,
                              std::string_view body);

/// Makes a job for each new delivery; says how many. The delivery is the job's key, so none is made twice.
int trigger_deliveries(Queue& queue);

} // namespace jobs
