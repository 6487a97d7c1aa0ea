#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `readings`: an item's numbers at a moment, as the platform gave them.
struct Reading {
    std::string owner_id;
    std::string item_id;
    base::Time read_at{};
    std::optional<std::int64_t> views;
    std::optional<std::int64_t> likes;
    std::optional<std::int64_t> comments;
    std::optional<std::int64_t> shares;
};
BOOST_DESCRIBE_STRUCT(Reading, (), (owner_id, item_id, read_at, views, likes, comments, shares))

inline constexpr std::int64_t readings_per_item_max = 200;

/// The same moment again takes the newer numbers. Of an item the newest readings_per_item_max stay.
void add_readings(Connection& connection, std::vector<Reading> readings);
/// Of these items since then, in the order of item and time.
std::vector<Reading> list_readings(Connection& connection, std::string const& owner_id,
                                   std::vector<std::string> const& items, base::Time since);
/// Deletes what is older, at most `limit` rows; says how many.
std::int64_t prune_readings(Connection& connection, base::Time before, int limit);

/// One row of `baselines`: quantiles (10, 50, 90 %) of the logarithm of a measure.
struct BaselineRow {
    std::string owner_id;
    std::string platform;
    std::string niche; ///< its words; "" for all of the platform
    std::string measure;
    double low = 0;
    double middle = 0;
    double high = 0;
    double weight = 0; ///< how many items stand behind it, older ones counting less
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(BaselineRow, (), (owner_id, platform, niche, measure, low, middle, high, weight, updated_at))

void put_baselines(Connection& connection, std::vector<BaselineRow> const& rows);
/// Of all platforms: in this niche and in all.
std::vector<BaselineRow> list_baselines(Connection& connection, std::string const& owner_id, std::string const& niche);
std::int64_t prune_baselines(Connection& connection, base::Time before);

} // namespace store
