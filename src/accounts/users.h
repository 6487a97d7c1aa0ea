#pragma once
#include "accounts/ground.h"
#include "store/tables/owners.h"

namespace accounts {

inline constexpr std::size_t user_name_bytes_max = 60;
inline constexpr std::int64_t users_max = 10'000;

/// What may be told of a user.
struct UserView {
    std::string id;
    std::string name;
    Role role = Role::Viewer;
    bool disabled = false;
    bool has_password = false;
    bool second_factor = false;
    std::optional<base::Time> password_changed_at;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, name, role, disabled, has_password, second_factor, password_changed_at, created_at,
                       updated_at))
UserView view_of(store::User const& user);

struct NewUser {
    std::string name;
    Role role = Role::Viewer;
    std::string password;
};

struct UserPage {
    std::vector<UserView> items;
    std::optional<std::string> next_cursor; ///< a name
};

/// People and what they may do. Whatever changes stands in the audit log. Thread-safe.
class Users {
public:
    Users(Ground& ground, std::string root_user);

    /// Conflict where the name is taken, InvalidInput for a name or password that will not do. Who is named as the
    /// root user becomes that one.
    UserView add(Actor const& actor, NewUser const& user);
    /// NotFound where there is none.
    UserView get(std::string const& id);
    UserView get_by_name(std::string const& name);
    UserPage list(std::string const& cursor, int limit);
    /// Conflict where nobody would be left who is an admin and can sign in.
    UserView change(Actor const& actor, std::string const& id, std::optional<Role> role, std::optional<bool> disabled);
    /// An admin gives a new one: ends the user's sessions and API tokens.
    void set_password(Actor const& actor, std::string const& id, std::string const& password);
    /// The user's own: Forbidden where the current one is not right. Ends all other sessions.
    void change_password(Actor const& actor, std::string const& id, std::string const& current,
                         std::string const& password, std::string const& session_id);
    /// Forbidden where the password is not the user's; counts as an attempt to sign in.
    void prove(Actor const& actor, std::string const& id, std::string const& password);
    /// The account, its sessions, tokens and secrets. The root user stays. What the user made goes to `heir`, or stays
    /// and is nobody's; how much that is.
    std::vector<store::OwnedRows> remove(Actor const& actor, std::string const& id,
                                         std::optional<std::string> const& heir = std::nullopt);

    /// Whether anybody can sign in and administer.
    bool has_admin();
    /// The root user's row with the name that is set, as long as nobody has taken it.
    void keep_root();
    /// The first admin: Conflict where there is one.
    UserView make_root(store::Connection& connection, Actor const& actor, std::string const& password_hash);
    std::string const& root_user() const { return root_user_; }

private:
    void keep_an_admin(store::Connection& connection, store::User const& without);

    Ground& ground_;
    std::string root_user_;
};

/// Lower case; InvalidInput where it is no name.
std::string checked_user_name(std::string_view name);

} // namespace accounts
