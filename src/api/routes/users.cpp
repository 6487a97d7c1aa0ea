#include "accounts/accounts.h"
#include "api/paging.h"
#include "api/person.h"

namespace api::routes {

using accounts::UserView;

static Page<UserView> list(Services& services, Call const&, ListQuery const& query)
{
    auto page = services.accounts.users().list(decode_cursor(query.cursor), query.limit);
    Page<UserView> out{std::move(page.items), {}};
    if (page.next_cursor) out.next_cursor = encode_cursor(*page.next_cursor);
    return out;
}

static Route list_users()
{
    return route({.method = "GET",
                  .path = "/api/v1/users",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "Everybody who has an account, by name."},
                 list);
}

static UserView get(Services& services, Call const&, ById const& parameters)
{
    return services.accounts.users().get(parameters.id);
}

static Route get_user()
{
    return route({.method = "GET",
                  .path = "/api/v1/users/{id}",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "One account."},
                 get);
}

struct CreateUser {
    std::string username;
    accounts::Role role = accounts::Role::Viewer;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(CreateUser, (), (username, role, password))
static FieldRule new_password_rule()
{
    return {.name = "password",
            .help = "12 to 128 characters, not one of the commonest.",
            .required = true,
            .length_max = accounts::password_bytes_max,
            .format = "password",
            .example = R"("correct horse battery")"};
}
static std::vector<FieldRule> rules_of(CreateUser const*)
{
    return {{.name = "username",
             .help = "a-z, 0-9, '.', '_', '-' and '@'; not told apart by case.",
             .required = true,
             .length_min = 1,
             .length_max = accounts::user_name_bytes_max,
             .example = R"("ada")"},
            {.name = "role", .required = true},
            new_password_rule()};
}

static Reply<UserView> create(Services& services, Call const& call, Nothing const&, CreateUser const& body)
{
    require_person(call);
    auto user = services.accounts.users().add(actor_of(call), {body.username, body.role, body.password});
    return {user, 201, {{"Location", "/api/v1/users/" + user.id}}};
}

static Route create_user()
{
    return route({.method = "POST",
                  .path = "/api/v1/users",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "A new account.",
                  .status = 201,
                  .keeps_answer = false,
                  .problems = {409}},
                 create);
}

struct ChangeUser {
    std::optional<accounts::Role> role;
    std::optional<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(ChangeUser, (), (role, disabled))
static std::vector<FieldRule> rules_of(ChangeUser const*)
{
    return {{.name = "role", .help = "Counts from the next request on."},
            {.name = "disabled", .help = "Ends all sessions and stops all tokens."}};
}

static UserView change(Services& services, Call const& call, ById const& parameters, ChangeUser const& body)
{
    require_person(call);
    return services.accounts.users().change(actor_of(call), parameters.id, body.role, body.disabled);
}

static Route change_user()
{
    return route({.method = "PATCH",
                  .path = "/api/v1/users/{id}",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "Another role, or in and out of use; 409 where no admin would be left.",
                  .problems = {409}},
                 change);
}

struct SetPassword {
    std::string password;
};
BOOST_DESCRIBE_STRUCT(SetPassword, (), (password))
static std::vector<FieldRule> rules_of(SetPassword const*) { return {new_password_rule()}; }

static Reply<Nothing> set_password(Services& services, Call const& call, ById const& parameters,
                                   SetPassword const& body)
{
    require_person(call);
    services.accounts.users().set_password(actor_of(call), parameters.id, body.password);
    return {{}, 204};
}

static Route set_user_password()
{
    return route({.method = "PUT",
                  .path = "/api/v1/users/{id}/password",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "Gives a new password; ends all sessions and removes all API tokens of that user.",
                  .status = 204},
                 set_password);
}

enum class Content { Keep, Transfer };
BOOST_DESCRIBE_ENUM(Content, Keep, Transfer)

struct RemoveQuery {
    std::string id;
    Content content = Content::Keep;
    std::optional<std::string> to;
};
BOOST_DESCRIBE_STRUCT(RemoveQuery, (), (id, content, to))
static std::vector<FieldRule> rules_of(RemoveQuery const*)
{
    return {{.name = "id", .help = "Its id.", .required = true, .length_min = 1, .length_max = 200},
            {.name = "content", .help = "keep: what the user made is nobody's; transfer: it goes to another user."},
            {.name = "to", .help = "The other user's id.", .length_min = 1, .length_max = 200}};
}

struct Removed {
    Content content = Content::Keep;
    std::vector<store::OwnedRows> rows; ///< what the user made: media, rights, clips, posts, uploads
};
BOOST_DESCRIBE_STRUCT(Removed, (), (content, rows))

static Removed remove(Services& services, Call const& call, RemoveQuery const& query)
{
    require_person(call);
    if (query.to.has_value() != (query.content == Content::Transfer))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give both, as in ?content=transfer&to=ID, or neither"},
                   "to: content=transfer and it go together");
    return {query.content, services.accounts.users().remove(actor_of(call), query.id, query.to)};
}

static Route delete_user()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/users/{id}",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "Removes an account with its sessions, tokens and keys. What it made stays and is nobody's, "
                          "or goes to another user; niches, schedules and jobs do not.",
                  .problems = {409}},
                 remove);
}

static Reply<Nothing> end_sessions(Services& services, Call const& call, ById const& parameters)
{
    require_person(call);
    (void)services.accounts.users().get(parameters.id);
    services.accounts.sessions().revoke_others(actor_of(call), parameters.id, "");
    return {{}, 204};
}

static Route delete_user_sessions()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/users/{id}/sessions",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "Ends all sessions of a user.",
                  .status = 204},
                 end_sessions);
}

static Reply<Nothing> end_second_factor(Services& services, Call const& call, ById const& parameters)
{
    require_person(call);
    services.accounts.second_factor().end(actor_of(call), parameters.id);
    return {{}, 204};
}

static Route delete_user_totp()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/users/{id}/totp",
                  .access = Access::Admin,
                  .tag = "users",
                  .help = "Turns the second factor off for somebody who lost it and the recovery codes.",
                  .status = 204},
                 end_second_factor);
}

std::vector<Route> users()
{
    return {list_users(),           get_user(),         create_user(), change_user(), set_user_password(),
            delete_user_sessions(), delete_user_totp(), delete_user()};
}

} // namespace api::routes
