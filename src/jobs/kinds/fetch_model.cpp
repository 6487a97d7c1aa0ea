#include "jobs/services.h"
#include "jobs/steps.h"

#include "base/file.h"
#include "base/hash.h"

namespace jobs::kinds {

/// A folder of this job's own: two that fetch the same model never write into one file, and a second try goes on.
static std::filesystem::path work_folder(Services& services, JobContext const& context)
{
    return services.models.folder / (".fetch-" + context.job().id);
}

/// What jobs left behind that nobody takes up again.
static void remove_leftovers(Services& services)
{
    static constexpr std::string_view begin = ".fetch-";
    std::error_code error;
    for (std::filesystem::directory_iterator it(services.models.folder, error), end; !error && it != end;
         it.increment(error)) {
        auto const name = it->path().filename().string();
        if (!name.starts_with(begin)) continue;
        auto const job = services.database.read(
            [&](store::Connection& connection) { return store::find_job(connection, name.substr(begin.size())); });
        std::error_code ignored;
        if (!job || job->finished_at) std::filesystem::remove_all(it->path(), ignored);
    }
}

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<FetchModelPayload>(context);
    auto const model = studio::find_model(services.models.catalog, payload.name); // and so no name of a caller's own
    auto const target = studio::model_file(services.models.folder, model.name);
    std::error_code error;
    if (std::filesystem::exists(target, error))
        return Done{base::to_json(
            FetchModelResult{model.name, std::filesystem::file_size(target), base::sha256_file(target), 0})};
    remove_leftovers(services);
    auto const work = work_folder(services, context);
    auto const progress = [&](std::uintmax_t bytes, std::optional<std::uintmax_t> total) {
        context.progress(total && *total > 0 ? static_cast<double>(bytes) / static_cast<double>(*total) : 0,
                         "download");
    };
    try {
        auto const file = fetch_model(services.client, services.models, model.name, work / target.filename(), progress,
                                      context.stop());
        base::publish_file(file.path, target);
        std::filesystem::remove_all(work, error);
        return Done{base::to_json(FetchModelResult{model.name, file.bytes, file.sha256, file.resumed_from})};
    } catch (base::Error const& failure) { // what is there stays for the next try, if there is one
        auto const last = context.job().attempt >= context.job().attempts_max || !base::is_transient(failure.code);
        if (last && failure.code != base::ErrorCode::Cancelled) std::filesystem::remove_all(work, error);
        throw;
    }
}

JobType fetch_model(Services& services)
{
    return {.name = "fetch_model",
            .help = "Fetches a model onto the machine that takes this up.",
            .pool = JobPool::Network,
            .attempts_max = 5,
            .timeout = base::Milliseconds(7 * 3600'000LL),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
