#pragma once
#include "app/app.h"
#include "jobs/models.h"

namespace app {

/// Where models come from and where they lie: DATA/models.
jobs::ModelPlace model_place(App const& app);
/// What speech.model_file names: a file, or a model by its name; "" where it is not set. NotFound says how to get it.
std::filesystem::path speech_model(App const& app);

} // namespace app
