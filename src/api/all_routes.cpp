#include "api/route.h"

#include <array>

namespace api {

// Every route, in alphabetical order of its file. A route lives in routes/<family>.cpp and is named here twice:
// declared, listed.
namespace routes {
Route list_audit(), check_audit();                         // audit.cpp
Route healthz(), readyz();                                 // health.cpp
Route list_jobs(), get_job(), cancel_job(), retry_job();   // jobs.cpp
Route list_keys(), put_key(), delete_key(), rotate_keys(); // keys.cpp
Route change_own_password(), begin_totp(), confirm_totp(), replace_recovery_codes(), disable_totp(), list_sessions(),
    delete_session(), delete_other_sessions(), list_tokens(), create_token(), delete_token();       // my_account.cpp
Route sign_in(), refresh_session(), sign_out(), get_me(), get_setup(), post_setup(), post_ticket(); // sign_in.cpp
Route list_users(), get_user(), create_user(), change_user(), set_user_password(), delete_user(),
    delete_user_sessions(), delete_user_totp(); // users.cpp
} // namespace routes

std::span<Route const> all_routes()
{
    using namespace routes;
    static std::array const list{
        list_audit(),
        check_audit(), // audit
        healthz(),
        readyz(), // health
        list_jobs(),
        get_job(),
        cancel_job(),
        retry_job(), // jobs
        list_keys(),
        put_key(),
        delete_key(),
        rotate_keys(), // keys
        change_own_password(),
        begin_totp(),
        confirm_totp(),
        replace_recovery_codes(),
        disable_totp(),
        list_sessions(),
        delete_session(),
        delete_other_sessions(),
        list_tokens(),
        create_token(),
        delete_token(), // my_account
        sign_in(),
        refresh_session(),
        sign_out(),
        get_me(),
        get_setup(),
        post_setup(),
        post_ticket(), // sign_in
        list_users(),
        get_user(),
        create_user(),
        change_user(),
        set_user_password(),
        delete_user(),
        delete_user_sessions(),
        delete_user_totp(), // users
    };
    return list;
}

} // namespace api
