#include "api/route.h"

#include <array>

namespace api {

// Every route, in alphabetical order of its file. A route lives in routes/<family>.cpp and is named here twice:
// declared, listed.
namespace routes {
Route list_looks(), list_filters(), list_caption_styles(), list_platforms();                  // catalog.cpp
Route list_clips(), get_clip(), render_clip();                                                // clips.cpp
Route start_scan(), list_candidates();                                                        // discovery.cpp
Route get_openapi(), get_docs(), get_docs_style();                                            // docs.cpp
Route healthz(), readyz();                                                                    // health.cpp
Route list_jobs(), get_job(), cancel_job(), retry_job();                                      // jobs.cpp
Route list_assets(), get_asset(), acquire_asset(), get_asset_rights(), decide_asset_rights(); // library.cpp
Route live_socket(), telemetry(), metrics();                                                  // live.cpp
Route list_niches(), get_niche(), create_niche(), update_niche(), delete_niche(), scan_niche(), get_niche_terms(),
    get_niche_patterns();                                           // niches.cpp
Route list_posts(), get_post(), create_post(), list_destinations(); // posts.cpp
Route list_settings();                                              // settings.cpp
Route list_sources(), check_source();                               // sources.cpp
Route get_system(), get_storage();                                  // system.cpp
Route start_transform(), start_production(), start_run();           // transforms.cpp
Route upload_options(), create_upload(), list_uploads(), get_upload(), append_upload(), delete_upload(),
    get_upload_file(); // uploads.cpp
} // namespace routes

std::span<Route const> all_routes()
{
    using namespace routes;
    static std::array const list{
        list_looks(),
        list_filters(),
        list_caption_styles(),
        list_platforms(), // catalog
        list_clips(),
        get_clip(),
        render_clip(), // clips
        start_scan(),
        list_candidates(), // discovery
        get_openapi(),
        get_docs(),
        get_docs_style(), // docs
        healthz(),
        readyz(), // health
        list_jobs(),
        get_job(),
        cancel_job(),
        retry_job(), // jobs
        list_assets(),
        get_asset(),
        acquire_asset(),
        get_asset_rights(),
        decide_asset_rights(), // library
        live_socket(),
        telemetry(),
        metrics(), // live
        list_niches(),
        get_niche(),
        create_niche(),
        update_niche(),
        delete_niche(),
        scan_niche(), // niches
        get_niche_terms(),
        get_niche_patterns(), //
        list_posts(),
        get_post(),
        create_post(),
        list_destinations(), // posts
        list_settings(),     // settings
        list_sources(),
        check_source(), // sources
        get_system(),
        get_storage(), // system
        start_transform(),
        start_production(),
        start_run(), // transforms
        upload_options(),
        create_upload(),
        list_uploads(),
        get_upload(),
        append_upload(),
        delete_upload(),
        get_upload_file(), // uploads
    };
    return list;
}

} // namespace api
