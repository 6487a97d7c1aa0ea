#include "jobs/models.h"

#include "base/file.h"

namespace jobs {

static constexpr std::uintmax_t model_bytes_max = 8ULL << 30U;
static constexpr std::chrono::hours fetch_time_max{6};

net::Download fetch_model(net::HttpClient& client, ModelPlace const& place, std::string const& name,
                          std::filesystem::path const& target,
                          std::function<void(std::uintmax_t, std::optional<std::uintmax_t>)> on_progress,
                          std::stop_token const& stop)
{
    auto const model = studio::find_model(place.catalog, name);
    base::make_folder(target.parent_path());
    net::DownloadOptions options{.bytes_max = model_bytes_max};
    options.on_progress = std::move(on_progress);
    net::Request request{.url = model.url};
    if (!place.endpoint.empty()) {
        request.url = place.endpoint + net::parse_url(model.url).target;
        request.trust = net::Trust::Operator;
    }
    request.total_timeout = fetch_time_max;
    return net::download(client, request, target, options, stop);
}

} // namespace jobs
