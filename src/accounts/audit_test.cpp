#include "accounts_case.h"

#include <sstream>

using accounts::Actor;
using accounts::Role;

class AuditTest : public test::AccountsCase {
protected:
    void fill(int rows)
    {
        database_->transaction([&](store::Connection& connection) {
            for (int i = 0; i < rows; ++i)
                accounts::record(connection, clock_.now(), Actor::command_line(),
                                 {"test.done", "thing", std::to_string(i), "local", {{"i", i}}});
        });
    }
    /// As somebody with all rights over the database would.
    void without_triggers(std::string const& sql)
    {
        database_->transaction([&](store::Connection& connection) {
            if (on_sqlite())
                connection.script("DROP TRIGGER audit_log_is_not_changed; DROP TRIGGER audit_log_is_not_cut; "
                                  "DROP TRIGGER audit_head_goes_on;");
            else
                connection.script("ALTER TABLE audit_log DISABLE TRIGGER USER; "
                                  "ALTER TABLE audit_head DISABLE TRIGGER USER;");
            connection.script(sql);
        });
    }
};
ON_BOTH_DATABASES(AuditTest);

TEST_P(AuditTest, says_who_did_what_to_which_row_from_where)
{
    auto const ada = add("ada", Role::Admin);
    auto const who = signed_in("ada").principal;
    auto const bob = add("bob");
    accounts_.users().change(Actor::of(who, "192.0.2.7", "request-1"), bob.id, Role::Viewer, std::nullopt);
    auto const rows = database_->read([](store::Connection& c) { return store::list_audit(c, {}); });
    auto const& row = rows.front();
    EXPECT_EQ(row.actor_id, ada.id);
    EXPECT_EQ(row.actor_name, "ada");
    EXPECT_EQ(row.actor_kind, "session");
    EXPECT_EQ(row.remote, "192.0.2.7");
    EXPECT_EQ(row.request_id, "request-1");
    EXPECT_EQ(row.action, "user.changed");
    EXPECT_EQ(row.target_id, bob.id);
    EXPECT_EQ(row.details, R"({"name":"bob","role_before":"creator","role":"viewer"})");
}

TEST_P(AuditTest, the_chain_holds_and_its_head_can_be_kept_elsewhere)
{
    EXPECT_EQ(accounts::check_audit(*database_).problem, "");
    fill(2500);
    auto const report = accounts::check_audit(*database_);
    EXPECT_EQ(report.problem, "");
    EXPECT_EQ(report.rows, 2500);
    EXPECT_EQ(report.head.size(), 64U);
}

TEST_P(AuditTest, what_is_undone_leaves_no_row_behind)
{
    EXPECT_THROW(database_->transaction([&](store::Connection& connection) {
        accounts::record(connection, clock_.now(), Actor::system(), {"test.done", "thing", "1"});
        base::fail(base::ErrorCode::Conflict, "not this time");
    }),
                 base::Error);
    EXPECT_EQ(accounts::check_audit(*database_).rows, 0);
}

TEST_P(AuditTest, the_database_itself_refuses_to_change_or_cut_it)
{
    fill(3);
    for (auto const* sql :
         {"UPDATE audit_log SET actor_name = 'x' WHERE sequence = 2", "DELETE FROM audit_log WHERE sequence = 2",
          "DELETE FROM audit_log", "UPDATE audit_head SET sequence = 1", "DELETE FROM audit_head"})
        EXPECT_THROW(database_->execute(sql), store::DatabaseError) << sql;
    if (!on_sqlite()) { EXPECT_THROW(database_->execute("TRUNCATE audit_log"), store::DatabaseError); }
    EXPECT_EQ(accounts::check_audit(*database_).rows, 3);
}

TEST_P(AuditTest, a_changed_a_missing_and_a_cut_row_are_found_where_they_were)
{
    fill(10);
    auto const problem_after = [&](std::string const& sql) {
        without_triggers(sql);
        return accounts::check_audit(*database_);
    };
    auto const changed = problem_after("UPDATE audit_log SET details = '{}' WHERE sequence = 4");
    EXPECT_EQ(changed.broken_at, 4);
    EXPECT_NE(changed.problem.find("row 4 was changed"), std::string::npos);
}

TEST_P(AuditTest, a_row_that_was_taken_out_is_missed)
{
    fill(10);
    without_triggers("DELETE FROM audit_log WHERE sequence = 6");
    EXPECT_NE(accounts::check_audit(*database_).problem.find("row 7 follows row 5"), std::string::npos);
}

TEST_P(AuditTest, a_log_that_was_cut_at_its_end_is_too_short)
{
    fill(10);
    without_triggers("DELETE FROM audit_log WHERE sequence > 8");
    auto const report = accounts::check_audit(*database_);
    EXPECT_EQ(report.broken_at, 9);
    EXPECT_NE(report.problem.find("row 10 was written"), std::string::npos);
}

TEST_P(AuditTest, rows_of_many_at_once_stand_in_one_line)
{
    {
        std::vector<std::jthread> many;
        for (int i = 0; i < 6; ++i)
            many.emplace_back([&] {
                for (int k = 0; k < 20; ++k) fill(1);
            });
    }
    auto const report = accounts::check_audit(*database_);
    EXPECT_EQ(report.problem, "");
    EXPECT_EQ(report.rows, 120);
}

TEST_P(AuditTest, no_two_rows_give_the_same_hash)
{
    store::AuditRow one;
    one.actor_id = "ab";
    one.actor_name = "c";
    auto two = one;
    two.actor_id = "a";
    two.actor_name = "bc";
    EXPECT_NE(store::audit_hash(one), store::audit_hash(two));
}

TEST_P(AuditTest, no_secret_stands_in_any_table_in_clear)
{
    auto const ada = add("ada", Role::Admin);
    auto const issued = signed_in("ada");
    (void)sign_in("ada", "my mistyped secret");
    (void)sign_in("a password in the wrong field", "x");
    auto const token = accounts_.tokens().make(Actor::system(), ada.id, {"robot", Role::Viewer, {"*"}});
    auto const ticket = accounts_.make_ticket(issued.principal);
    accounts_.users().change_password(Actor::of(issued.principal, "192.0.2.1", "r"), ada.id, test::good_password,
                                      test::other_password, issued.principal.session_id);
    std::string all;
    for (auto const* table : {"users", "sessions", "refresh_tokens", "api_tokens", "one_time_tokens", "login_attempts",
                              "audit_log", "secrets", "vault_keys", "recovery_codes"})
        for (auto const& row : database_->query(fmt::format("SELECT * FROM {}", table)))
            for (std::size_t i = 0; i < row.size(); ++i)
                if (!row.is_null(i)) {
                    try {
                        all += row.get<std::string>(i) + "\n";
                    } catch (base::Error const&) { // a number
                    }
                }
    EXPECT_NE(all.find("ada"), std::string::npos);
    for (auto const& secret :
         {std::string(test::good_password), std::string(test::other_password), std::string("my mistyped secret"),
          std::string("a password in the wrong field"), issued.access_token, issued.refresh_token, token.token, ticket})
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
}
