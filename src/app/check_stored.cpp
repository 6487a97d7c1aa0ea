// Settings that came over the API are read as the program reads them when it starts, before they are kept: one that
// will not do must not keep it from starting.
#include "accounts/settings.h"
#include "ai/models.h"
#include "app/engine.h"
#include "app/server_options.h"
#include "discovery/acquire.h"
#include "net/settings.h"
#include "speech/http_recogniser.h"

namespace app {

void App::check_stored(std::map<std::string, std::string> const& stored)
{
    auto layers = layers_;
    layers.stored = stored;
    base::Config const trial(all_settings(), layers);
    (void)job_settings_from(trial);
    (void)media_settings_from(trial);
    (void)dispatcher_options_from(trial);
    (void)hub_limits_from(trial);
    (void)upload_limits_from(trial);
    (void)accounts::options_from(trial, catalog_folder());
    (void)discovery::options_from(trial, catalog_folder());
    (void)trial.integer("backups.keep", 1, 1000);
    auto const net_options = net::options_from(trial);
    (void)discovery::acquire_options_from(trial, {}, blobs(), net_options);
    for (auto const* time : {"ai.timeout", "speech.timeout"}) (void)trial.duration(time); // also where nobody is asked
    (void)ai::models_from(trial, client(), database(), clock(), random());
    if (!trial.text("speech.url").empty() || !trial.text("speech.key").empty())
        (void)speech::recogniser_from(trial, client(), random());
    if (auto const look = trial.text("studio.look"); !look.empty()) (void)catalog().look(look);
}

} // namespace app
