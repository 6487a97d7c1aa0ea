#include "accounts/vault.h"

#include "base/file.h"
#include "database_case.h"

#include <fstream>
#include <thread>

using accounts::Key;
using accounts::Vault;
using base::ErrorCode;
using store::Connection;

class VaultTest : public test::DatabaseCase {
protected:
    Vault vault(accounts::MasterKeySource source) { return {*database_, std::move(source), clock_, ids_}; }
    Vault vault() { return vault({.file = key_file_}); }
    std::string everything_stored()
    {
        std::string all;
        for (auto const& row : database_->query("SELECT name, sealed FROM secrets"))
            all += row.get<std::string>(0) + row.get<std::string>(1);
        for (auto const& row : database_->query("SELECT id, sealed FROM vault_keys"))
            all += row.get<std::string>(0) + row.get<std::string>(1);
        return all;
    }

    std::filesystem::path key_file_ = folder_.path() / "master.key";
    std::unique_ptr<store::Database> database_ = new_database();
};
ON_BOTH_DATABASES(VaultTest);

TEST_P(VaultTest, a_secret_comes_back_to_its_owner_alone_and_is_nowhere_in_clear)
{
    vault().keep("ada", "key.youtube", "a-very-secret-value");
    auto again = vault(); // another process
    EXPECT_EQ(again.find("ada", "key.youtube"), "a-very-secret-value");
    EXPECT_FALSE(again.find("bob", "key.youtube"));
    EXPECT_FALSE(again.find("ada", "key.pexels"));
    EXPECT_EQ(everything_stored().find("a-very-secret-value"), std::string::npos);
    EXPECT_EQ(everything_stored().find(base::read_file(key_file_, 100).substr(0, 64)), std::string::npos);
    again.keep("ada", "key.youtube", "another");
    EXPECT_EQ(again.find("ada", "key.youtube"), "another");
    EXPECT_TRUE(again.remove("ada", "key.youtube"));
    EXPECT_FALSE(again.remove("ada", "key.youtube"));
    EXPECT_FALSE(again.find("ada", "key.youtube"));
}

TEST_P(VaultTest, a_row_that_was_moved_to_another_place_does_not_open)
{
    auto one = vault();
    one.keep("ada", "key.a", "for ada");
    one.keep("bob", "key.a", "for bob");
    database_->execute("UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE owner_id = 'ada') "
                       "WHERE owner_id = 'bob'");
    EXPECT_EQ(test::error_of([&] { one.find("bob", "key.a"); }).code, ErrorCode::Unavailable);
    EXPECT_EQ(one.find("ada", "key.a"), "for ada");
}

TEST_P(VaultTest, what_cannot_be_opened_is_quarantined_and_named_and_the_rest_still_opens)
{
    auto one = vault();
    one.keep("ada", "key.bad", "x");
    one.keep("ada", "key.good", "y");
    database_->execute("UPDATE secrets SET sealed = 'AAAA' WHERE name = 'key.bad'");
    auto const error = test::error_of([&] { one.find("ada", "key.bad"); });
    EXPECT_NE(std::string(error.what()).find("key.bad"), std::string::npos);
    auto const list = one.list("ada");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_TRUE(list[0].quarantined);
    EXPECT_FALSE(list[1].quarantined);
    auto const rotation = one.rotate();
    EXPECT_EQ(rotation.resealed, 1);
    EXPECT_EQ(one.find("ada", "key.good"), "y");
    one.keep("ada", "key.bad", "new");
    EXPECT_EQ(one.find("ada", "key.bad"), "new");
    EXPECT_FALSE(one.list("ada")[0].quarantined);
}

TEST_P(VaultTest, rotation_seals_all_anew_while_others_read_and_write)
{
    auto one = vault();
    for (int i = 0; i < 120; ++i) one.keep("ada", fmt::format("key.k{}", i), fmt::format("value {}", i));
    auto const before = one.list("ada").front().key_id;
    std::atomic<int> wrong = 0;
    {
        std::jthread const busy([&](std::stop_token const& stop) {
            auto other = vault();
            for (int i = 0; !stop.stop_requested(); i = (i + 1) % 120) {
                auto const name = fmt::format("key.k{}", i);
                if (other.find("ada", name) != fmt::format("value {}", i)) ++wrong;
                other.keep("ada", name, fmt::format("value {}", i));
            }
        });
        for (int i = 0; i < 3; ++i) one.rotate();
    }
    EXPECT_EQ(wrong, 0);
    auto const last = one.rotate();
    for (auto const& info : one.list("ada")) EXPECT_EQ(info.key_id, last.key_id);
    EXPECT_NE(before, last.key_id);
    EXPECT_EQ(database_->query("SELECT id FROM vault_keys").size(), 1U);
    for (int i = 0; i < 120; ++i) EXPECT_EQ(one.find("ada", fmt::format("key.k{}", i)), fmt::format("value {}", i));
}

TEST_P(VaultTest, a_new_master_key_opens_what_the_old_one_sealed_wherever_the_change_was_interrupted)
{
    auto one = vault();
    one.keep("ada", "key.a", "value");
    auto const old = base::read_file(key_file_, 100);
    accounts::prepare_new_master_key({.file = key_file_}); // killed before anything was sealed under it
    EXPECT_EQ(vault().find("ada", "key.a"), "value");
    auto const saved = base::read_file(key_file_.string() + ".next", 100);
    vault().rotate_master();
    EXPECT_EQ(base::read_file(key_file_, 100), saved);
    EXPECT_EQ(vault().find("ada", "key.a"), "value");
    // Killed after all was sealed under it, before it took the old one's place.
    std::filesystem::rename(key_file_, key_file_.string() + ".next");
    base::write_file_atomic(key_file_, old, 0600);
    EXPECT_EQ(vault().find("ada", "key.a"), "value");
    vault().rotate_master();
    EXPECT_FALSE(std::filesystem::exists(key_file_.string() + ".next"));
    EXPECT_EQ(vault().find("ada", "key.a"), "value");
}

TEST_P(VaultTest, the_master_key_may_come_from_a_setting_or_a_command_and_be_changed_there)
{
    auto const first = Key::random().hex();
    auto const second = Key::random().hex();
    vault({.file = key_file_, .text = first}).keep("ada", "key.a", "value");
    EXPECT_FALSE(std::filesystem::exists(key_file_));
    EXPECT_EQ(vault({.file = key_file_, .command = "echo " + first}).find("ada", "key.a"), "value");
    EXPECT_EQ(test::error_of([&] { vault({.file = key_file_, .text = second}).find("ada", "key.a"); }).code,
              ErrorCode::Unavailable);
    vault({.file = key_file_, .text = second, .old_text = first}).rotate_master();
    EXPECT_EQ(vault({.file = key_file_, .text = second}).find("ada", "key.a"), "value");
    EXPECT_EQ(test::error_of([&] { vault({.file = key_file_, .command = "false"}).find("ada", "key.a"); }).code,
              ErrorCode::Unavailable);
    auto const shown = test::error_of([&] { vault({.file = key_file_, .text = "tiny"}).find("ada", "key.a"); });
    EXPECT_EQ(shown.code, ErrorCode::InvalidInput);
    EXPECT_EQ(std::string(shown.what()).find("tiny"), std::string::npos); // it may be most of a key
}

TEST_P(VaultTest, a_key_file_that_others_may_read_is_refused)
{
    vault().keep("ada", "key.a", "value");
    EXPECT_EQ(std::filesystem::status(key_file_).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::permissions(key_file_, std::filesystem::perms(0640));
    EXPECT_EQ(test::error_of([&] { vault().find("ada", "key.a"); }).code, ErrorCode::Forbidden);
}

TEST_P(VaultTest, bad_names_and_sizes_are_refused_with_what_is_wrong)
{
    auto one = vault();
    for (auto const* name : {"", "Key", "key youtube", "../key", "key\n"})
        EXPECT_EQ(test::error_of([&] { one.keep("ada", name, "x"); }).code, ErrorCode::InvalidInput) << name;
    EXPECT_EQ(test::error_of([&] { one.keep("ada", "key.a", ""); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { one.keep("ada", "key.a", std::string((1U << 20U) + 1, 'x')); }).code,
              ErrorCode::InvalidInput);
    EXPECT_TRUE(one.list("ada").empty());
}

TEST(Seal, opens_only_with_the_same_key_context_and_bits)
{
    auto const key = Key::random();
    auto const sealed = accounts::seal(key, "secret", "here");
    EXPECT_EQ(accounts::open(key, sealed, "here"), "secret");
    EXPECT_NE(accounts::seal(key, "secret", "here"), sealed); // another nonce each time
    EXPECT_FALSE(accounts::open(key, sealed, "there"));
    EXPECT_FALSE(accounts::open(Key::random(), sealed, "here"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(accounts::open(key, changed, "here")) << i;
    }
    for (auto const* text : {"", "A", "not base64 !", "AAAA"}) EXPECT_FALSE(accounts::open(key, text, "here"));
}
