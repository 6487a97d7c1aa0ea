#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `webhooks`: an address that is told when its owner's jobs ended. Its secret lies in the vault.
struct Webhook {
    std::string id;
    std::string owner_id;
    std::string url;
    bool on_done = true;
    bool on_failed = true;
    bool on_cancelled = false;
    bool paused = false;
    std::string trouble; ///< why the last delivery failed for good; "" after one that went well
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Webhook, (),
                      (id, owner_id, url, on_done, on_failed, on_cancelled, paused, trouble, created_at, updated_at))

enum class DeliveryState { New, Queued, Delivered, Failed };
BOOST_DESCRIBE_ENUM(DeliveryState, New, Queued, Delivered, Failed)

/// One row of `webhook_deliveries`: one end of a job for one address.
struct WebhookDelivery {
    std::string id; ///< what the receiver knows it by, the same for each attempt
    std::string owner_id;
    std::string webhook_id;
    std::string job_id;
    std::string event; ///< "job.done", "job.failed", "job.cancelled"
    DeliveryState state = DeliveryState::New;
    std::optional<std::string> delivery_job_id; ///< the job that delivers it
    std::optional<int> status;                  ///< what the receiver answered last
    std::string reason;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(WebhookDelivery, (),
                      (id, owner_id, webhook_id, job_id, event, state, delivery_job_id, status, reason, created_at,
                       updated_at))

/// The kind of job that delivers; its own ends are told to nobody.
inline constexpr std::string_view delivery_kind = "deliver";

struct WebhookFilter {
    std::string owner_id;
    std::string cursor; ///< the id of the last row of the page before
    int limit = 50;     ///< 1..201
};

void insert_webhook(Connection& connection, Webhook const& webhook);
std::optional<Webhook> find_webhook(Connection& connection, std::string const& id);
std::vector<Webhook> list_webhooks(Connection& connection, WebhookFilter const& filter);
bool update_webhook(Connection& connection, Webhook const& webhook);
bool remove_webhook(Connection& connection, std::string const& id);

/// Notes for every address that wants to know of it that these jobs (of no family, ended) have ended; in the
/// transaction that ends them, so that no end is forgotten and none is told that did not happen.
void add_deliveries(Connection& connection, std::vector<std::string> const& job_ids);
bool any_new_delivery(Connection& connection);
/// Locked for this transaction; those that others work on are left out.
std::vector<WebhookDelivery> new_deliveries(Connection& connection, int limit);
std::optional<WebhookDelivery> find_delivery(Connection& connection, std::string const& id);
bool update_delivery(Connection& connection, WebhookDelivery const& delivery);
/// The newest first.
std::vector<WebhookDelivery> list_deliveries(Connection& connection, std::string const& webhook_id, int limit);
int prune_deliveries(Connection& connection, base::Time made_before, int limit);

} // namespace store
