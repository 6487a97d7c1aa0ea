#include "api/route.h"

#include <array>

namespace api {

// Every route, in alphabetical order of its file. A route lives in routes/<family>.cpp and is named here twice:
// declared, listed.
// clang-format off
namespace routes {
Route list_audit(), check_audit();                                                             // audit.cpp
Route list_looks(), list_filters(), list_caption_styles(), list_platforms();                  // catalog.cpp
Route list_clips(), get_clip(), render_clip();                                                // clips.cpp
Route list_dead_letters(), retry_dead_letters(), list_job_limits(), set_job_limit(), delete_job_limit(); // dead_letters
Route get_asset_content(), get_clip_content(), get_clip_thumbnail();                          // content.cpp
Route start_scan(), list_candidates();                                                        // discovery.cpp
Route get_openapi(), get_docs(), get_docs_style();                                            // docs.cpp
Route healthz(), readyz();                                                                    // health.cpp
Route list_jobs(), get_job(), cancel_job(), retry_job();                                      // jobs.cpp
Route list_keys(), put_key(), delete_key(), rotate_keys();                                    // keys.cpp
Route list_assets(), get_asset(), acquire_asset(), get_asset_rights(), decide_asset_rights(); // library.cpp
Route live_socket(), telemetry(), metrics();                                                  // live.cpp
Route change_own_password(), begin_totp(), confirm_totp(), replace_recovery_codes(), disable_totp(), list_sessions(),
    delete_session(), delete_other_sessions(), list_tokens(), create_token(), delete_token(); // my_account.cpp
Route list_niches(), get_niche(), create_niche(), update_niche(), delete_niche(), scan_niche(), get_niche_terms(),
    get_niche_patterns();                                                                     // niches.cpp
Route list_posts(), get_post(), create_post(), list_destinations();                           // posts.cpp
Route list_schedules(), get_schedule(), create_schedule(), update_schedule(), delete_schedule(); // schedules.cpp
Route list_settings();                                                                        // settings.cpp
Route sign_in(), refresh_session(), sign_out(), get_me(), get_setup(), post_setup(), post_ticket(); // sign_in.cpp
Route list_sources(), check_source();                                                         // sources.cpp
Route get_system(), get_storage();                                                            // system.cpp
Route start_transform(), start_production(), start_run();                                     // transforms.cpp
Route upload_options(), create_upload(), list_uploads(), get_upload(), append_upload(), delete_upload(),
    get_upload_file();                                                                        // uploads.cpp
Route list_users(), get_user(), create_user(), change_user(), set_user_password(),
    delete_user_sessions(), delete_user_totp(), delete_user();                                // users.cpp
Route list_webhooks(), create_webhook(), update_webhook(), delete_webhook(), list_deliveries(); // webhooks.cpp
} // namespace routes

std::span<Route const> all_routes()
{
    using namespace routes;
    static std::array const list{
        list_audit(), check_audit(),
        list_looks(), list_filters(), list_caption_styles(), list_platforms(),
        list_clips(), get_clip(), render_clip(),
        list_dead_letters(), retry_dead_letters(), list_job_limits(), set_job_limit(), delete_job_limit(),
        get_asset_content(), get_clip_content(), get_clip_thumbnail(),
        start_scan(), list_candidates(),
        get_openapi(), get_docs(), get_docs_style(),
        healthz(), readyz(),
        list_jobs(), get_job(), cancel_job(), retry_job(),
        list_keys(), put_key(), delete_key(), rotate_keys(),
        list_assets(), get_asset(), acquire_asset(), get_asset_rights(), decide_asset_rights(),
        live_socket(), telemetry(), metrics(),
        change_own_password(), begin_totp(), confirm_totp(), replace_recovery_codes(), disable_totp(), list_sessions(),
        delete_session(), delete_other_sessions(), list_tokens(), create_token(), delete_token(),
        list_niches(), get_niche(), create_niche(), update_niche(), delete_niche(), scan_niche(), get_niche_terms(),
        get_niche_patterns(),
        list_posts(), get_post(), create_post(), list_destinations(),
        list_schedules(), get_schedule(), create_schedule(), update_schedule(), delete_schedule(),
        list_settings(),
        sign_in(), refresh_session(), sign_out(), get_me(), get_setup(), post_setup(), post_ticket(),
        list_sources(), check_source(),
        get_system(), get_storage(),
        start_transform(), start_production(), start_run(),
        upload_options(), create_upload(), list_uploads(), get_upload(), append_upload(), delete_upload(),
        get_upload_file(),
        list_users(), get_user(), create_user(), change_user(), set_user_password(), delete_user_sessions(),
        delete_user_totp(), delete_user(),
        list_webhooks(), create_webhook(), update_webhook(), delete_webhook(), list_deliveries(),
    };
    return list;
}
// clang-format on

} // namespace api
