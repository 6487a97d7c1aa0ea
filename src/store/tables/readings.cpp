#include "store/tables/readings.h"

#include "store/record.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace store {

static constexpr std::size_t items_a_question = 200; // both databases take more; the text stays short
static constexpr std::size_t readings_a_statement = 100;
static constexpr int baselines_max = 10'000;

/// Several rows in one statement: a scan brings thousands.
static void add_some(Connection& connection, std::span<Reading const> readings)
{
    std::vector<Value> arguments;
    std::string rows;
    for (auto const& reading : readings) {
        rows += rows.empty() ? "(" : ", (";
        auto separator = "";
        for (auto& value : values(reading)) {
            arguments.push_back(std::move(value));
            rows += fmt::format("{}${}", separator, arguments.size());
            separator = ", ";
        }
        rows += ")";
    }
    connection.run("INSERT INTO readings(" + columns<Reading>() + ") VALUES " + rows +
                       " ON CONFLICT (owner_id, item_id, read_at) DO UPDATE SET views = excluded.views, "
                       "likes = excluded.likes, comments = excluded.comments, shares = excluded.shares",
                   arguments);
}

static void drop_surplus(Connection& connection, std::span<Reading const> readings)
{
    std::vector<Value> arguments{to_value(readings.front().owner_id), to_value(readings_per_item_max)};
    std::string list;
    for (auto const& reading : readings) {
        arguments.push_back(to_value(reading.item_id));
        list += fmt::format("{}${}", list.empty() ? "" : ", ", arguments.size());
    }
    connection.run("DELETE FROM readings WHERE owner_id = $1 AND item_id IN (" + list +
                       ") AND read_at <= (SELECT newer.read_at FROM readings AS newer WHERE newer.owner_id = "
                       "readings.owner_id AND newer.item_id = readings.item_id ORDER BY newer.read_at DESC LIMIT 1 "
                       "OFFSET $2)",
                   arguments);
}

void add_readings(Connection& connection, std::vector<Reading> readings)
{
    auto const key = [](Reading const& one) { return std::tie(one.owner_id, one.item_id, one.read_at); };
    std::ranges::stable_sort(readings, {}, key); // rows in one order everywhere: no deadlock
    auto const last = std::unique(readings.rbegin(), readings.rend(), [&](auto const& a, auto const& b) {
                          return key(a) == key(b);
                      }).base();
    readings.erase(readings.begin(), last); // a statement may name a row once
    for (std::size_t from = 0; from < readings.size();) {
        auto to = from;
        while (to < readings.size() && to - from < readings_a_statement &&
               readings[to].owner_id == readings[from].owner_id)
            ++to;
        std::span const part(readings.data() + from, to - from);
        add_some(connection, part);
        drop_surplus(connection, part);
        from = to;
    }
}

std::vector<Reading> list_readings(Connection& connection, std::string const& owner_id,
                                   std::vector<std::string> const& items, base::Time since)
{
    std::vector<Reading> out;
    for (std::size_t from = 0; from < items.size(); from += items_a_question) {
        auto const to = std::min(items.size(), from + items_a_question);
        std::vector<Value> arguments{to_value(owner_id), to_value(since)};
        std::string list;
        for (auto i = from; i < to; ++i) {
            arguments.push_back(to_value(items[i]));
            list += fmt::format("{}${}", list.empty() ? "" : ", ", arguments.size());
        }
        auto const rows = connection.run("SELECT " + columns<Reading>() +
                                             " FROM readings WHERE owner_id = $1 AND read_at >= $2 AND item_id IN (" +
                                             list + ") ORDER BY item_id, read_at",
                                         arguments);
        for (auto const& row : rows) out.push_back(record<Reading>(row));
    }
    return out;
}

std::int64_t prune_readings(Connection& connection, base::Time before, int limit)
{
    return connection
        .query("DELETE FROM readings WHERE read_at < $1 AND read_at <= (SELECT COALESCE(MAX(read_at), 0) FROM (SELECT "
               "read_at FROM readings WHERE read_at < $1 ORDER BY read_at LIMIT $2) AS oldest)",
               before, limit)
        .changes;
}

void put_baselines(Connection& connection, std::vector<BaselineRow> const& rows)
{
    for (auto const& row : rows)
        insert_record(connection, "baselines", row,
                      " ON CONFLICT (owner_id, platform, niche, measure) DO UPDATE SET low = excluded.low, "
                      "middle = excluded.middle, high = excluded.high, weight = excluded.weight, "
                      "updated_at = excluded.updated_at");
}

std::vector<BaselineRow> list_baselines(Connection& connection, std::string const& owner_id, std::string const& niche)
{
    return records<BaselineRow>(connection.query("SELECT " + columns<BaselineRow>() +
                                                     " FROM baselines WHERE owner_id = $1 AND niche IN ('', $2) ORDER "
                                                     "BY platform, niche, measure LIMIT $3",
                                                 owner_id, niche, baselines_max));
}

std::int64_t prune_baselines(Connection& connection, base::Time before)
{
    return connection.query("DELETE FROM baselines WHERE updated_at < $1", before).changes;
}

} // namespace store
