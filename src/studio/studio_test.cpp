#include "base/file.h"
#include "studio/catalog.h"
#include "studio/fonts.h"
#include "studio/media_child.h"
#include "studio/rights.h"
#include "studio/transcript_file.h"
#include "studio/work_folder.h"
#include "support.h"

#include <sys/stat.h>

namespace fs = std::filesystem;

class TranscriptFile : public testing::Test {
protected:
    base::TemporaryFolder folder;
    fs::path write(std::string const& name, std::string const& text)
    {
        base::write_file_atomic(folder.path() / name, text);
        return folder.path() / name;
    }
    std::string words(std::string const& name, std::string const& text)
    {
        std::string out;
        for (auto const& word : studio::read_transcript(write(name, text)).words)
            out += fmt::format("{} {:.2f}-{:.2f};", word.text, word.start, word.end);
        return out;
    }
    std::string refusal(std::string const& name, std::string const& text)
    {
        auto const path = write(name, text);
        auto const message = std::string(test::error_of([&] { studio::read_transcript(path); }).what());
        return message.substr(std::min(message.size(), path.string().size()));
    }
};

TEST_F(TranscriptFile, reads_json_srt_webvtt_and_ass)
{
    EXPECT_EQ(words("a.json", R"({"words":[{"text":"steady","start":0.5,"end":1.5}]})"), "steady 0.50-1.50;");
    EXPECT_EQ(words("a.srt", "\xEF\xBB\xBF"
                             "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hi there</i>\r\nyou\r\n\r\n2\r\n00:00:03,5 --> "
                             "00:00:04,0\r\nend\r\n"),
              "Hi 1.00-1.23;there 1.23-1.69;you 1.69-2.00;end 3.50-4.00;");
    EXPECT_EQ(words("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n<c.red>Oh</c> &amp;\n"),
              "Oh 1.00-1.60;& 1.60-2.00;");
    EXPECT_EQ(words("a.ass", "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\b1}One{\\b0}\\Ntwo\n"),
              "One 1.00-1.50;two 1.50-2.00;");
}

TEST_F(TranscriptFile, what_is_broken_is_named_with_its_line)
{
    EXPECT_EQ(refusal("a.srt", "1\n00:00:05,000 --> 00:00:02,000\nHi\n"),
              ":2: not a span of time: '00:00:05,000 --> 00:00:02,000'");
    EXPECT_EQ(refusal("a.ass", "Dialogue: 0,x,y\n"),
              ":1: not a dialogue line with ten fields and two times: 'Dialogue: 0,x,y'");
    EXPECT_EQ(refusal("a.json", R"({"words":[{"text":"x","start":2,"end":1}]})"),
              ": words[0]: 2 to 1 is not a span of time");
    EXPECT_EQ(refusal("a.txt", "Hi"), ": subtitles are .srt, .vtt, .ass or .json");
    EXPECT_EQ(refusal("b.srt", "1\n00:00:01,000 --> 00:00:02,000\n\xff\xfe\n"), ": its text is not UTF-8");
}

TEST_F(TranscriptFile, one_that_lies_beside_the_clip_is_found)
{
    write("clip.mp4", "");
    EXPECT_FALSE(studio::transcript_beside(folder.path() / "clip.mp4"));
    write("clip.srt", "");
    EXPECT_EQ(studio::transcript_beside(folder.path() / "clip.mp4"), folder.path() / "clip.srt");
}

TEST(Rights, licences_mean_what_they_say)
{
    using studio::Rights;
    for (auto const& [license, status] : {std::pair{"cc-by", Rights::Cleared},
                                          {"cc0", Rights::Cleared},
                                          {"own", Rights::Cleared},
                                          {"cc-by-sa", Rights::Cleared},
                                          {"cc-by-nd", Rights::Refused},
                                          {"cc-by-nc-nd", Rights::Refused},
                                          {"cc-by-nc", Rights::Unknown},
                                          {"unknown", Rights::Unknown},
                                          {"", Rights::Unknown},
                                          {"all-rights-reserved", Rights::Unknown}})
        EXPECT_EQ(studio::decide_rights(license, "").status, status) << license;
}

TEST(Rights, a_person_can_clear_what_is_unknown_but_not_what_is_refused)
{
    EXPECT_EQ(studio::decide_rights("unknown", "I filmed it").status, studio::Rights::Cleared);
    EXPECT_EQ(studio::decide_rights("unknown", "I filmed it").decided_by, "I filmed it");
    EXPECT_EQ(studio::decide_rights("cc-by-nd", "I want it").status, studio::Rights::Refused);
}

TEST(Rights, a_work_is_named_as_its_licence_asks)
{
    EXPECT_EQ(
        studio::attribution_text({"Surf", "A. Filmer", "cc-by", "https://example.org/by", "https://example.org/1"}),
        "\"Surf\" by A. Filmer, https://example.org/1, licence cc-by (https://example.org/by), changed");
    EXPECT_EQ(studio::attribution_text({"Mine", "", "own", "", ""}), "");
    EXPECT_EQ(studio::attribution_text({"Old reel", "", "public-domain", "", ""}), "");
}

TEST(Fonts, are_never_substituted_silently)
{
    EXPECT_EQ(studio::find_font({"No Such Family", "DejaVu Sans"}, true, "abc").family, "DejaVu Sans");
    EXPECT_EQ(test::error_of([] { studio::find_font({"No Such Family"}, false, "abc"); }).code,
              base::ErrorCode::Unavailable);
    auto const font = studio::find_font({"DejaVu Sans"}, false, "a\uE000\uE001");
    EXPECT_EQ(font.missing_characters, 2U);
    EXPECT_TRUE(font.path.is_absolute());
}

TEST(Catalog, what_ships_is_sound)
{
    studio::Catalog const catalog(test::source_folder() / "catalog");
    EXPECT_GE(catalog.looks().size(), 10U);
    EXPECT_EQ(catalog.look("noir").filters.front().name, "noir");
    EXPECT_TRUE(std::string(test::error_of([&] { (void)catalog.look("nior"); }).what())
                    .starts_with("look: 'nior' is none of bleach, cinematic, clean,"));
}

TEST(Catalog, a_looks_intensity_scales_that_of_its_filters)
{
    studio::Look look{.name = "x", .filters = {{"noir", {}}, {"zoom", {{"intensity", 0.5}}}}, .intensity = 0.5};
    auto const calls = studio::filters_of(look);
    EXPECT_DOUBLE_EQ(calls[0].values.at("intensity"), 0.5);
    EXPECT_DOUBLE_EQ(calls[1].values.at("intensity"), 0.25);
    look.intensity = 1;
    EXPECT_TRUE(studio::filters_of(look)[0].values.empty());
}

TEST(Catalog, a_broken_file_is_named)
{
    base::TemporaryFolder folder;
    fs::copy(test::source_folder() / "catalog", folder.path(), fs::copy_options::recursive);
    base::write_file_atomic(folder.path() / "looks/odd.json", R"({"name": "odd", "filtres": []})");
    EXPECT_NE(std::string(test::error_of([&] { studio::Catalog const c(folder.path()); }).what())
                  .find("looks/odd.json: filtres: unknown field"),
              std::string::npos);
}

class WorkFolders : public testing::Test {
protected:
    base::TemporaryFolder folder;
    fs::path output = folder.path() / "out.mp4";
};

TEST_F(WorkFolders, what_is_left_of_other_work_for_the_same_output_goes_and_that_of_others_stays)
{
    fs::create_directory(folder.path() / ".out.mp4.work.dead01");
    fs::create_directory(folder.path() / ".other.mp4.work.dead01");
    studio::WorkFolder const living(output, "one");
    studio::WorkFolder const second(output, "two");
    EXPECT_FALSE(fs::exists(folder.path() / ".out.mp4.work.dead01"));
    EXPECT_TRUE(fs::exists(folder.path() / ".other.mp4.work.dead01"));
    EXPECT_TRUE(fs::exists(living.path())) << "somebody works in it";
}

TEST_F(WorkFolders, the_same_work_finds_what_was_kept_and_nothing_else)
{
    {
        studio::WorkFolder work(output, "one");
        base::write_file_atomic(work.path() / "chunk", "done");
        work.keep();
    }
    { // what is not kept is gone at the end
        studio::WorkFolder const work(output, "one");
        EXPECT_TRUE(fs::exists(work.path() / "chunk"));
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(WorkFolders, two_at_once_for_the_same_work_are_refused)
{
    studio::WorkFolder const first(output, "one");
    EXPECT_EQ(test::error_of([&] { studio::WorkFolder const second(output, "one"); }).code, base::ErrorCode::Conflict);
    EXPECT_TRUE(fs::exists(first.path()));
}

/// Stands in for a media program that misbehaves in one way.
class MisbehavingChild : public testing::Test {
protected:
    base::TemporaryFolder folder;
    base::Error error_of(std::string const& script, base::Milliseconds timeout = base::Milliseconds(20'000))
    {
        auto const program = folder.path() / "child";
        base::write_file_atomic(program, "#!/bin/sh\n" + script + "\n", 0755);
        studio::MediaChild const child({program, 500, timeout});
        return test::error_of([&] { child.probe("/x.mp4"); });
    }
};

TEST_F(MisbehavingChild, its_crash_is_one_clear_error)
{
    auto const error = error_of("echo boom >&2; kill -SEGV $$");
    EXPECT_EQ(error.code, base::ErrorCode::Internal);
    EXPECT_STREQ(error.what(), "probe: ettametta-media was ended by SIGSEGV: boom");
}

TEST_F(MisbehavingChild, its_own_error_passes_through)
{
    auto const error = error_of(
        R"(echo '{"error":{"code":"invalid_input","message":"bad file","next_action":"try another"}}'; exit 1)");
    EXPECT_EQ(error.code, base::ErrorCode::InvalidInput);
    EXPECT_STREQ(error.what(), "bad file");
    EXPECT_EQ(error.next_action, "try another");
}

TEST_F(MisbehavingChild, silence_nonsense_and_endless_work_are_errors)
{
    EXPECT_STREQ(error_of("exit 0").what(), "probe: ettametta-media exited with 0");
    EXPECT_EQ(error_of("echo hello").code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(error_of("exec sleep 1000", base::Milliseconds(200)).code, base::ErrorCode::Timeout);
}
