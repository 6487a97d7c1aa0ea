#pragma once
#include "accounts/accounts.h"
#include "accounts/codes.h"
#include "accounts/totp.h"
#include "database_case.h"

namespace test {

inline constexpr char const* good_password = "correct horse battery";
inline constexpr char const* other_password = "seventeen blue lamps";

/// Accounts on a new database, with hashes that cost next to nothing.
class AccountsCase : public DatabaseCase {
protected:
    static accounts::Options cheap()
    {
        accounts::Options options;
        options.common_passwords = source_folder() / "catalog/passwords/common.txt";
        options.cost = {.passes = 1, .memory_bytes = 8192};
        options.hashes_waiting_max = 100;
        options.internal_token = "made-up-internal-token-of-the-tests-0123456789";
        return options;
    }
    accounts::UserView add(std::string const& name, accounts::Role role = accounts::Role::Creator)
    {
        return accounts_.users().add(accounts::Actor::command_line(), {name, role, good_password});
    }
    accounts::SignInResult sign_in(std::string const& name, std::string const& password = good_password,
                                   std::string const& code = "", std::string const& remote = "192.0.2.1")
    {
        return accounts_.sessions().sign_in({remote, "a browser", "r1"}, {name, password, code});
    }
    accounts::Issued signed_in(std::string const& name) { return sign_in(name).issued.value(); }
    /// Turns the second factor on; its secret.
    std::string with_second_factor(std::string const& user_id, std::vector<std::string>* codes = nullptr)
    {
        accounts_.second_factor().begin(accounts::Actor::system(), user_id);
        auto const secret =
            accounts::from_base64url(*vault_.find(std::string(accounts::vault_owner), "totp." + user_id)).value();
        auto const made = accounts_.second_factor().confirm(
            accounts::Actor::system(), user_id, accounts::totp_code(secret, accounts::totp_step(clock_.now())));
        if (codes) *codes = made;
        clock_.advance(std::chrono::seconds(accounts::totp_step_seconds));
        return secret;
    }
    std::string code_now(std::string const& secret) const
    {
        return accounts::totp_code(secret, accounts::totp_step(clock_.now()));
    }
    std::vector<std::string> actions()
    {
        std::vector<std::string> out;
        for (auto const& row : database_->query("SELECT action FROM audit_log ORDER BY sequence"))
            out.push_back(row.get<std::string>(0));
        return out;
    }
    bool did(std::string_view action) { return std::ranges::count(actions(), action) > 0; }

    std::unique_ptr<store::Database> database_ = new_database();
    accounts::Vault vault_{*database_, {.file = folder_.path() / "master.key"}, clock_, ids_};
    accounts::Accounts accounts_{{*database_, vault_, clock_, ids_}, cheap()};
};

} // namespace test
