#include "api/openapi.h"
#include "app/app.h"
#include "app/version.h"

namespace app::commands {

static int run(App& app, Arguments const&)
{
    app.print(base::pretty_json(api::openapi_document(api::all_routes(), version)));
    return exit_code::done;
}

Command openapi() { return {.name = "openapi", .help = "Prints the OpenAPI document of the server.", .run = run}; }

} // namespace app::commands
