#include "base/file.h"
#include "database_case.h"
#include "publishing/ledger.h"
#include "publishing/words.h"
#include "store/tables/assets.h"
#include "store/tables/clips.h"

namespace fs = std::filesystem;

class Outbox : public test::DatabaseCase {
protected:
    std::unique_ptr<store::Database> database = new_database();
    publishing::PublisherContext context{folder_.path() / "outbox", {}};
    publishing::PostContent content{.clip = file("c.mp4", "clip"),
                                    .thumbnail = file("c.jpg", "jpg"),
                                    .record = file("c.json", "{}"),
                                    .title = "Waves & wind",
                                    .description = "By the sea",
                                    .hashtags = {"sea", "wind"},
                                    .rights = {R"({"license":"cc0"})"}};
    std::string clip_id = ids_.next();

    void SetUp() override
    {
        database->transaction([&](store::Connection& connection) {
            store::Asset asset{
                .id = ids_.next(), .owner_id = "local", .created_at = clock_.now(), .updated_at = clock_.now()};
            store::insert_asset(connection, asset);
            store::insert_clip(connection, {.id = clip_id,
                                            .owner_id = "local",
                                            .asset_id = asset.id,
                                            .created_at = clock_.now(),
                                            .updated_at = clock_.now()});
        });
    }
    std::string file(std::string const& name, std::string const& text)
    {
        base::write_file_atomic(folder_.path() / name, text);
        return (folder_.path() / name).string();
    }
    store::Post publish(publishing::Transaction const& transaction)
    {
        store::Post wanted;
        wanted.id = ids_.next();
        wanted.owner_id = "local";
        wanted.clip_id = clip_id;
        wanted.destination = "outbox";
        return publishing::publish_once(wanted, content, context, clock_, transaction);
    }
    store::Post publish()
    {
        return publish(
            [&](auto const& work) { database->transaction([&](store::Connection& connection) { work(connection); }); });
    }
    int posts_in_outbox() const
    {
        int count = 0;
        if (fs::exists(context.outbox))
            for (auto const& entry : fs::recursive_directory_iterator(context.outbox))
                count += entry.path().filename() == "post.json";
        return count;
    }
};

TEST_P(Outbox, hands_over_everything_in_a_dated_folder)
{
    auto const post = publish();
    EXPECT_EQ(post.state, store::PostState::Done);
    fs::path const target = post.target;
    EXPECT_EQ(target.parent_path().filename(), "2026-11-20");
    EXPECT_TRUE(target.filename().string().starts_with("waves-wind-"));
    EXPECT_EQ(base::read_file(target / "clip.mp4", 100), "clip");
    EXPECT_EQ(base::read_file(target / "title.txt", 100), "Waves & wind\n");
    EXPECT_EQ(base::read_file(target / "hashtags.txt", 100), "#sea #wind\n");
    EXPECT_EQ(base::read_file(target / "rights.json", 100), "{\n  \"license\": \"cc0\"\n}\n");
    EXPECT_TRUE(fs::exists(target / "thumbnail.jpg"));
    EXPECT_TRUE(fs::exists(target / "record.json"));
}

TEST_P(Outbox, the_same_clip_is_handed_over_once)
{
    auto const first = publish();
    auto const second = publish();
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.attempt, 1);
    EXPECT_EQ(posts_in_outbox(), 1);
}

/// The process dies at each of the moments in which the ledger writes; the next one goes on.
TEST_P(Outbox, a_crash_at_any_step_neither_loses_nor_doubles_the_post)
{
    for (auto const dies_at : {1, 2}) {
        for (auto const committed : {false, true}) {
            clip_id = ids_.next();
            SetUp();
            auto const before = posts_in_outbox();
            int step = 0;
            auto const dying = [&](auto const& work) {
                ++step;
                if (step == dies_at && !committed) throw std::runtime_error("killed");
                database->transaction([&](store::Connection& connection) { work(connection); });
                if (step == dies_at && committed) throw std::runtime_error("killed");
            };
            EXPECT_THROW(publish(dying), std::runtime_error);
            clock_.advance(std::chrono::hours(30)); // also over midnight: the folder's date is the intent's
            EXPECT_EQ(publish().state, store::PostState::Done);
            EXPECT_EQ(posts_in_outbox(), before + 1) << dies_at << committed;
        }
    }
}

TEST_P(Outbox, a_clip_that_is_gone_leaves_nothing_half_made)
{
    content.clip = "/nowhere/clip.mp4";
    EXPECT_EQ(test::error_of([&] { publish(); }).code, base::ErrorCode::NotFound);
    EXPECT_EQ(posts_in_outbox(), 0);
    for (auto const& entry : fs::directory_iterator(context.outbox))
        EXPECT_FALSE(entry.path().filename().string().starts_with(".making"));
    content.clip = file("c.mp4", "clip");
    EXPECT_EQ(publish().state, store::PostState::Done);
}

ON_BOTH_DATABASES(Outbox);

TEST(Words, give_credit_and_claim_nothing_more)
{
    auto const words = publishing::compose({"urban birds",
                                            "Pigeons",
                                            "",
                                            "A. Author",
                                            "cc-by",
                                            "https://creativecommons.org/licenses/by/4.0/",
                                            "https://example.com/p",
                                            {"birds", "Urban Birds", "city", "x"}});
    EXPECT_EQ(words.description, "Source: \"Pigeons\" by A. Author, https://example.com/p\nLicence: cc-by "
                                 "(https://creativecommons.org/licenses/by/4.0/)\n"
                                 "Changed: trimmed, reframed, styled and captioned.");
    EXPECT_EQ(words.hashtags, (std::vector<std::string>{"urbanbirds", "birds", "city"}));
}

TEST(Words, a_long_title_is_cut_between_characters)
{
    std::string title;
    for (int i = 0; i < 60; ++i) title += "é";
    EXPECT_EQ(publishing::compose({.title = title}).title.size(), 100U);
}
