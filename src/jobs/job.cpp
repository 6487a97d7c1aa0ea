#include "jobs/job.h"

namespace jobs {

JobType const& find_type(std::span<JobType const> types, std::string_view kind)
{
    for (auto const& type : types)
        if (type.name == kind) return type;
    base::fail(base::ErrorCode::NotFound, "no job kind is called '{}'", kind);
}

} // namespace jobs
