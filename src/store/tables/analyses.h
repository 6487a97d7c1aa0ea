#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `analyses`.
struct StoredAnalysis {
    std::string sha256;   ///< of the file
    std::string document; ///< JSON
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(StoredAnalysis, (), (sha256, document, created_at))

inline constexpr int analyses_max = 2'000;

std::optional<StoredAnalysis> find_analysis(Connection& connection, std::string const& sha256);
/// In place of the one before; beyond analyses_max the oldest go.
void put_analysis(Connection& connection, StoredAnalysis const& analysis);

} // namespace store
