#include "store/tables/uploads.h"

#include "store/record.h"

namespace store {

static std::string select(std::string_view rest)
{
    return fmt::format("SELECT {} FROM uploads {}", columns<Upload>(), rest);
}

void insert_upload(Connection& connection, Upload const& upload) { insert_record(connection, "uploads", upload); }

std::optional<Upload> find_upload(Connection& connection, std::string const& id)
{
    return first_record<Upload>(connection.query(select("WHERE id = $1"), id));
}

bool update_upload(Connection& connection, Upload const& upload)
{
    return update_record(connection, "uploads", upload);
}

bool delete_upload(Connection& connection, std::string const& id)
{
    return connection.query("DELETE FROM uploads WHERE id = $1", id).changes == 1;
}

std::vector<Upload> list_uploads(Connection& connection, std::string const& owner_id, std::string const& before,
                                 int limit)
{
    if (before.empty())
        return records<Upload>(
            connection.query(select("WHERE owner_id = $1 ORDER BY id DESC LIMIT $2"), owner_id, limit));
    return records<Upload>(
        connection.query(select("WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"), owner_id, before, limit));
}

UploadUse upload_use(Connection& connection, std::string const& owner_id)
{
    auto const rows = connection.query("SELECT state, count(*), CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM uploads "
                                       "WHERE owner_id = $1 AND state <> 'failed' GROUP BY state",
                                       owner_id);
    UploadUse use;
    for (auto const& row : rows) {
        if (row.get<std::string>(0) == "receiving") use.open = row.get<std::int64_t>(1);
        use.bytes += row.get<std::int64_t>(2);
    }
    return use;
}

std::vector<Upload> uploads_to_sweep(Connection& connection, base::Time now, int limit)
{
    return records<Upload>(connection.query(select("WHERE state IN ('receiving', 'stored') AND (expires_at <= $1 OR "
                                                   "state = 'stored' OR received = length) ORDER BY expires_at LIMIT "
                                                   "$2"),
                                            now, limit));
}

} // namespace store
