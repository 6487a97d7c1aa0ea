#include "discovery/license.h"

#include "discovery/match.h"
#include "support.h"

TEST(Matcher, looks_past_case_plurals_and_filler_words)
{
    discovery::Matcher const matcher("The stories of Dishes");
    EXPECT_DOUBLE_EQ(matcher.share_in("a STORY about a dish"), 1);
    EXPECT_DOUBLE_EQ(matcher.share_in("dishes only"), 0.5);
    EXPECT_DOUBLE_EQ(matcher.share_in("the of"), 0);
    EXPECT_DOUBLE_EQ(discovery::Matcher("the").share_in("the end"), 1);
    EXPECT_DOUBLE_EQ(discovery::Matcher("glass").share_in("glas"), 0);
}

TEST(License, is_read_from_urls_names_and_labels)
{
    auto const reads = [](char const* text, char const* name) {
        EXPECT_EQ(discovery::normal_license(text), name) << text;
    };
    reads("https://creativecommons.org/licenses/by-sa/4.0/", "cc-by-sa");
    reads("http://creativecommons.org/publicdomain/zero/1.0/deed.en", "cc0");
    reads("https://creativecommons.org/publicdomain/mark/1.0/", "public-domain");
    reads("CC BY 4.0", "cc-by");
    reads("cc-by-nc-nd-3.0", "cc-by-nc-nd");
    reads("Creative Commons Attribution Non Commercial Share Alike", "cc-by-nc-sa");
    reads("Attribution - No Derivatives", "cc-by-nd");
    reads("Public Domain Dedication", "cc0");
    reads("All Rights Reserved", "all-rights-reserved");
    reads("own", "own");
    reads("", "unknown");
    reads("Unknown", "unknown");
    reads("Standard licence by the platform", "unknown");
    EXPECT_FALSE(discovery::allows_remix("unknown"));
    EXPECT_FALSE(discovery::allows_remix("cc-by-nd"));
    EXPECT_FALSE(discovery::allows_remix("cc-by-nc"));
    EXPECT_TRUE(discovery::allows_remix("cc-by-sa"));
}
