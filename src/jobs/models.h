#pragma once
#include "net/download.h"
#include "studio/models.h"

namespace jobs {

/// Where models come from, and where they lie on this machine.
struct ModelPlace {
    std::filesystem::path catalog; ///< models.json says what there is
    std::filesystem::path folder;
    std::string endpoint; ///< instead of where the catalog says; "" for there
};

/// Fetches one of the catalog into `target`, which appears whole or not at all; another call goes on where one ended.
net::Download fetch_model(net::HttpClient& client, ModelPlace const& place, std::string const& name,
                          std::filesystem::path const& target,
                          std::function<void(std::uintmax_t, std::optional<std::uintmax_t>)> on_progress,
                          std::stop_token const& stop);

} // namespace jobs
