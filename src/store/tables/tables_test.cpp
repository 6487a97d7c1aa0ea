#include "database_case.h"
#include "store/tables/assets.h"
#include "store/tables/candidates.h"
#include "store/tables/clips.h"
#include "store/tables/posts.h"
#include "store/tables/rights.h"

using base::ErrorCode;
using store::Connection;

class TablesTest : public test::DatabaseCase {
protected:
    template <class Work> auto write(Work work) { return database_->transaction(work); }

    store::Candidate candidate(std::string const& id, std::optional<double> score)
    {
        store::Candidate out{
            .id = id, .owner_id = "ada", .niche = "tools", .platform = "library", .url = "u", .title = "t"};
        out.score = score;
        out.data = R"({"views":null})";
        out.found_at = out.created_at = out.updated_at = clock_.now();
        return out;
    }
    store::Clip clip()
    {
        store::Clip out{.id = ids_.next(), .owner_id = "ada"};
        out.created_at = out.updated_at = clock_.now();
        write([&](Connection& c) { store::insert_clip(c, out); });
        return out;
    }

    std::unique_ptr<store::Database> database_ = new_database();
};
ON_BOTH_DATABASES(TablesTest);

TEST_P(TablesTest, a_candidate_found_again_keeps_when_it_was_found_first)
{
    auto first = candidate("library:a", 10.5);
    write([&](Connection& c) { store::upsert_candidate(c, first); });
    clock_.advance(std::chrono::hours(1));
    auto second = candidate("library:a", 20);
    second.title = "new title";
    write([&](Connection& c) { store::upsert_candidate(c, second); });
    auto const found = write([](Connection& c) { return store::find_candidate(c, "ada", "tools", "library:a"); });
    ASSERT_TRUE(found);
    second.found_at = first.found_at;
    second.created_at = first.created_at;
    EXPECT_EQ(base::to_json(*found), base::to_json(second));
    EXPECT_FALSE(write([](Connection& c) { return store::find_candidate(c, "bob", "tools", "library:a"); }));
}

TEST_P(TablesTest, candidates_come_best_first_and_those_without_a_score_last)
{
    for (auto const& [id, score] : std::vector<std::pair<std::string, std::optional<double>>>{
             {"b", std::nullopt}, {"c", 1}, {"a", 99.5}, {"d", 1}})
        write([&](Connection& c) { store::upsert_candidate(c, candidate(id, score)); });
    std::string order;
    for (auto const& row : write([](Connection& c) { return store::list_candidates(c, {.owner_id = "ada"}); }))
        order += row.id;
    EXPECT_EQ(order, "acdb");
    auto const none = write([&](Connection& c) {
        return store::list_candidates(c, {.owner_id = "ada", .niche = "x", .found_since = clock_.now()});
    });
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(test::error_of([&] {
                  write([](Connection& c) { return store::list_candidates(c, {.owner_id = "ada", .limit = 1'001}); });
              }).code,
              ErrorCode::InvalidInput);
}

TEST_P(TablesTest, an_asset_is_found_by_its_content_and_changed_as_a_whole)
{
    store::Asset asset{.id = ids_.next(), .owner_id = "ada", .candidate_id = "library:a", .sha256 = "abc"};
    asset.created_at = asset.updated_at = clock_.now();
    write([&](Connection& c) { store::insert_asset(c, asset); });
    asset.rights_status = store::RightsStatus::Cleared;
    asset.rights_note = "CC BY 4.0, author named";
    EXPECT_TRUE(write([&](Connection& c) { return store::update_asset(c, asset); }));
    auto const found = write([](Connection& c) { return store::find_asset_by_hash(c, "ada", "abc"); });
    ASSERT_TRUE(found);
    EXPECT_EQ(base::to_json(*found), base::to_json(asset));
    EXPECT_TRUE(write([](Connection& c) { return store::find_asset_of_candidate(c, "ada", "library:a"); }));
    EXPECT_FALSE(write([](Connection& c) { return store::find_asset_by_hash(c, "bob", "abc"); }));
    auto const cleared = write([](Connection& c) {
        return store::list_assets(c, {.owner_id = "ada", .rights_status = store::RightsStatus::Unknown});
    });
    EXPECT_TRUE(cleared.empty());
    asset.id = "nobody";
    EXPECT_FALSE(write([&](Connection& c) { return store::update_asset(c, asset); }));
}

TEST_P(TablesTest, clips_are_listed_newest_first_page_by_page)
{
    auto const one = clip();
    clock_.advance(std::chrono::seconds(1));
    auto two = clip();
    two.state = store::ClipState::Rendered;
    EXPECT_TRUE(write([&](Connection& c) { return store::update_clip(c, two); }));
    auto const page = write([](Connection& c) { return store::list_clips(c, {.owner_id = "ada", .limit = 1}); });
    ASSERT_EQ(page.size(), 1U);
    EXPECT_EQ(base::to_json(page[0]), base::to_json(two));
    auto const rest = write([&](Connection& c) { return store::list_clips(c, {.owner_id = "ada", .cursor = two.id}); });
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].id, one.id);
}

TEST_P(TablesTest, a_clip_goes_to_a_destination_once)
{
    auto const the_clip = clip();
    store::Post post{.id = ids_.next(), .owner_id = "ada", .clip_id = the_clip.id, .destination = "outbox"};
    post.created_at = post.updated_at = clock_.now();
    auto const begin = [&](store::Post const& one) {
        return write([&](Connection& c) { return store::begin_post(c, one); });
    };
    EXPECT_TRUE(begin(post).second);
    post.state = store::PostState::Sent;
    post.remote_handle = "upload-7";
    EXPECT_TRUE(write([&](Connection& c) { return store::update_post(c, post); }));

    auto again = post;
    again.id = ids_.next();
    again.state = store::PostState::Intent;
    auto const [there, is_new] = begin(again);
    EXPECT_FALSE(is_new);
    EXPECT_EQ(base::to_json(there), base::to_json(post)); // whoever comes after a crash sees how far it had come
    again.destination = "account-1";
    EXPECT_TRUE(begin(again).second);
    again.clip_id = "nothing";
    again.id = ids_.next();
    EXPECT_EQ(test::error_of([&] { begin(again); }).code, ErrorCode::Conflict);
    auto const sent =
        write([](Connection& c) { return store::list_posts(c, {.owner_id = "ada", .state = store::PostState::Sent}); });
    EXPECT_EQ(sent.size(), 1U);
}

TEST_P(TablesTest, the_newest_decision_holds_and_none_is_forgotten)
{
    store::Asset asset{.id = ids_.next(), .owner_id = "ada", .title = "Surf"};
    auto const entry = [&](store::RightsPolicy policy, store::RightsStatus status, std::string const& note) {
        return store::RightsEntry{.id = ids_.next(),
                                  .owner_id = "ada",
                                  .asset_id = asset.id,
                                  .policy = policy,
                                  .status = status,
                                  .decided_by = "person",
                                  .note = note,
                                  .created_at = clock_.now()};
    };
    write([&](Connection& c) {
        store::insert_asset(c, asset);
        EXPECT_FALSE(store::current_rights(c, asset.id));
        store::record_rights(c, entry(store::RightsPolicy::Unknown, store::RightsStatus::Unknown, "no word on it"));
    });
    clock_.advance(std::chrono::hours(1));
    write([&](Connection& c) {
        store::record_rights(c, entry(store::RightsPolicy::Permission, store::RightsStatus::Cleared, "by letter"));
    });
    auto const history = write([&](Connection& c) { return store::rights_history(c, asset.id); });
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history[0].note, "no word on it");
    EXPECT_EQ(write([&](Connection& c) { return store::current_rights(c, asset.id); })->note, "by letter");
    EXPECT_EQ(write([&](Connection& c) { return store::find_asset(c, asset.id); })->rights_status,
              store::RightsStatus::Cleared);
}

TEST_P(TablesTest, a_clip_says_what_it_contains_once)
{
    auto const made = clip();
    store::Asset asset{.id = ids_.next(), .owner_id = "ada", .title = "Song"};
    write([&](Connection& c) {
        store::insert_asset(c, asset);
        for (int i = 0; i < 2; ++i)
            store::insert_clip_content(c, {.id = ids_.next(),
                                           .owner_id = "ada",
                                           .clip_id = made.id,
                                           .asset_id = asset.id,
                                           .role = store::ContentRole::Music,
                                           .attribution = "by somebody"});
    });
    auto const contents = write([&](Connection& c) { return store::clip_contents(c, made.id); });
    ASSERT_EQ(contents.size(), 1U);
    EXPECT_EQ(contents[0].attribution, "by somebody");
}
