#include "store/tables/webhooks.h"

#include "store/record.h"

namespace store {

void insert_webhook(Connection& connection, Webhook const& webhook) { insert_record(connection, "webhooks", webhook); }

std::optional<Webhook> find_webhook(Connection& connection, std::string const& id)
{
    return first_record<Webhook>(connection.query("SELECT " + columns<Webhook>() + " FROM webhooks WHERE id = $1", id));
}

std::vector<Webhook> list_webhooks(Connection& connection, WebhookFilter const& filter)
{
    Where where(filter.limit, 201);
    where.add("owner_id =", filter.owner_id);
    if (!filter.cursor.empty()) where.add("id <", filter.cursor);
    return records<Webhook>(
        where.run(connection, "SELECT " + columns<Webhook>() + " FROM webhooks", "ORDER BY id DESC"));
}

bool update_webhook(Connection& connection, Webhook const& webhook)
{
    return update_record(connection, "webhooks", webhook);
}

bool remove_webhook(Connection& connection, std::string const& id)
{
    return connection.query("DELETE FROM webhooks WHERE id = $1", id).changes == 1;
}

void add_deliveries(Connection& connection, std::vector<std::string> const& job_ids)
{
    // Nearly always there is none: one look for the whole batch.
    if (job_ids.empty() || connection.query("SELECT id FROM webhooks WHERE paused = 0 LIMIT 1").empty()) return;
    for (auto const& id : job_ids)
        connection.query(
            "INSERT INTO webhook_deliveries(id, owner_id, webhook_id, job_id, event, state, reason, "
            "created_at, updated_at) SELECT 'msg_' || jobs.id || '_' || jobs.token || '_' || webhooks.id, "
            "jobs.owner_id, webhooks.id, jobs.id, 'job.' || jobs.state, 'new', '', jobs.updated_at, "
            "jobs.updated_at FROM jobs JOIN webhooks ON webhooks.owner_id = jobs.owner_id "
            "WHERE jobs.id = $1 AND jobs.parent_id IS NULL AND jobs.kind <> $2 AND webhooks.paused = 0 AND "
            "((jobs.state = 'done' AND on_done = 1) OR (jobs.state = 'failed' AND on_failed = 1) OR "
            "(jobs.state = 'cancelled' AND on_cancelled = 1)) ON CONFLICT (id) DO NOTHING",
            id, std::string(delivery_kind));
}

bool any_new_delivery(Connection& connection)
{
    return !connection.query("SELECT id FROM webhook_deliveries WHERE state = 'new' LIMIT 1").empty();
}

std::vector<WebhookDelivery> new_deliveries(Connection& connection, int limit)
{
    return records<WebhookDelivery>(
        connection.query(fmt::format("SELECT {} FROM webhook_deliveries WHERE state = 'new' ORDER BY id LIMIT $1{}",
                                     columns<WebhookDelivery>(), connection.skip_locked()),
                         limit));
}

std::optional<WebhookDelivery> find_delivery(Connection& connection, std::string const& id)
{
    return first_record<WebhookDelivery>(
        connection.query("SELECT " + columns<WebhookDelivery>() + " FROM webhook_deliveries WHERE id = $1", id));
}

bool update_delivery(Connection& connection, WebhookDelivery const& delivery)
{
    return update_record(connection, "webhook_deliveries", delivery);
}

std::vector<WebhookDelivery> list_deliveries(Connection& connection, std::string const& webhook_id, int limit)
{
    Where where(limit, 1'000);
    where.add("webhook_id =", webhook_id);
    return records<WebhookDelivery>(where.run(connection,
                                              "SELECT " + columns<WebhookDelivery>() + " FROM webhook_deliveries",
                                              "ORDER BY created_at DESC, id DESC"));
}

int prune_deliveries(Connection& connection, base::Time made_before, int limit)
{
    return static_cast<int>(connection
                                .query("DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries "
                                       "WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
                                       made_before, limit)
                                .changes);
}

} // namespace store
