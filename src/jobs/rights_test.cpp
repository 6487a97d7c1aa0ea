#include "jobs/rights.h"

#include "database_case.h"

using store::Connection;

class Ledger : public test::DatabaseCase {
protected:
    std::string asset(std::string const& title, store::RightsPolicy policy, store::RightsStatus status)
    {
        store::Asset const row{.id = ids_.next(), .owner_id = "ada", .license = "cc-by", .title = title};
        database_->transaction([&](Connection& c) {
            store::insert_asset(c, row);
            store::record_rights(c, {.id = ids_.next(),
                                     .owner_id = "ada",
                                     .asset_id = row.id,
                                     .policy = policy,
                                     .status = status,
                                     .terms = "as told",
                                     .decided_by = "licence"});
        });
        return row.id;
    }
    /// A clip of a picture and a song.
    jobs::Clearance clearance(std::string const& picture, std::string const& song)
    {
        store::Clip const clip{.id = ids_.next(), .owner_id = "ada"};
        return database_->transaction([&](Connection& c) {
            store::insert_clip(c, clip);
            for (auto const& [id, role] :
                 {std::pair{picture, store::ContentRole::Picture}, std::pair{song, store::ContentRole::Music}})
                store::insert_clip_content(c, {.id = ids_.next(),
                                               .owner_id = "ada",
                                               .clip_id = clip.id,
                                               .asset_id = id,
                                               .role = role,
                                               .attribution = "\"Song\" by B. Player"});
            return jobs::check_contents(c, clip.id);
        });
    }

    std::unique_ptr<store::Database> database_ = new_database();
};
ON_BOTH_DATABASES(Ledger);

TEST_P(Ledger, a_clip_of_cleared_works_is_free_and_names_its_music)
{
    auto const found = clearance(asset("Surf", store::RightsPolicy::CreativeCommons, store::RightsStatus::Cleared),
                                 asset("Song", store::RightsPolicy::Own, store::RightsStatus::Cleared));
    EXPECT_TRUE(found.problems.empty());
    ASSERT_EQ(found.credits.size(), 1U);
    EXPECT_EQ(found.credits[0], "Music: \"Song\" by B. Player");
    ASSERT_EQ(found.contents.size(), 2U);
    EXPECT_EQ(found.contents[0].at("policy").as_string(), "creative_commons");
}

TEST_P(Ledger, one_work_of_unknown_rights_holds_the_whole_clip_back)
{
    auto const found = clearance(asset("Surf", store::RightsPolicy::Own, store::RightsStatus::Cleared),
                                 asset("Song", store::RightsPolicy::Unknown, store::RightsStatus::Unknown));
    EXPECT_TRUE(found.unknown);
    EXPECT_FALSE(found.refused);
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_NE(found.problems[0].find("music 'Song'"), std::string::npos);
}

TEST_P(Ledger, a_later_refusal_counts)
{
    auto const picture = asset("Surf", store::RightsPolicy::Permission, store::RightsStatus::Cleared);
    database_->transaction([&](Connection& c) {
        store::record_rights(c, {.id = ids_.next(),
                                 .owner_id = "ada",
                                 .asset_id = picture,
                                 .status = store::RightsStatus::Refused,
                                 .note = "the holder withdrew it"});
    });
    EXPECT_TRUE(clearance(picture, asset("Song", store::RightsPolicy::Own, store::RightsStatus::Cleared)).refused);
}
