#pragma once
#include "api/call.h"

#include <optional>

namespace api {

/// The one place that decides whose row a caller may see: a row of somebody else is not there.
template <class Row> Row owned(std::optional<Row> row, Call const& call, std::string_view what, std::string_view id)
{
    if (!row || row->owner_id != call.owner())
        base::fail(base::ErrorCode::NotFound, "there is no {} {}", what, base::truncate_utf8(std::string(id), 80));
    return std::move(*row);
}

} // namespace api
