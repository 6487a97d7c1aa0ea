#include "base/file.h"
#include "base/json.h"
#include "media/render.h"
#include "media_files.h"

#include <csignal>
#include <fcntl.h>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using test::Path;

/// Where two lists differ, for people.
static std::string differences(std::vector<std::string> const& left, std::vector<std::string> const& right)
{
    std::string text = left.size() == right.size() ? "" : fmt::format("{} and {} of them; ", left.size(), right.size());
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
        if (left[i] != right[i]) text += fmt::format("{} ", i);
    return text;
}

class Resume : public testing::Test {
protected:
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};

    /// Made once.
    Path source(double seconds)
    {
        auto const name = fmt::format("plain{}.mp4", seconds);
        return std::filesystem::exists(folder.path() / name) ? folder.path() / name
                                                             : files.plain(seconds, "320x240", name);
    }

    plan::RenderRequest request(std::string const& name, double seconds = 10)
    {
        plan::RenderRequest out;
        out.plan.source = source(seconds).string();
        out.plan.cuts = {{0, seconds, "test"}};
        out.plan.canvas = {180, 320, 30, 1};
        out.plan.encoder.preset = "ultrafast";
        out.plan.filters = {{"film_grain", {{"amount", 0.5}}}};
        out.plan.thumbnails = {{seconds / 2, "", ""}};
        out.work_folder = (folder.path() / name).string();
        base::make_folder(out.work_folder);
        out.output = (folder.path() / name / "clip.mp4").string();
        out.thumbnails = {(folder.path() / name / "clip.jpg").string()};
        out.frame_hashes = true;
        return out;
    }
};

TEST_F(Resume, an_interrupted_render_goes_on_and_ends_with_the_same_frames)
{
    auto const whole = request("whole");
    auto const expected = media::render(whole, {}, {});
    auto const again = request("again");
    std::stop_source stop;
    media::RenderSeams seams;
    seams.before_encode = [&](std::string const&, std::int64_t frame) {
        if (frame == 230) stop.request_stop();
    };
    EXPECT_EQ(test::error_of([&] { media::render(again, {}, stop.get_token(), seams); }).code,
              base::ErrorCode::Cancelled);
    EXPECT_FALSE(std::filesystem::exists(again.output));
    std::int64_t encoded = 0;
    seams.before_encode = [&](std::string const&, std::int64_t) { ++encoded; };
    auto first_progress = -1.0;
    auto const result = media::render(
        again, [&](plan::Progress const& step) { first_progress = first_progress < 0 ? step.done : first_progress; },
        {}, seams);
    EXPECT_EQ(result.resumed_frames, 180); // three chunks of 2 s
    EXPECT_EQ(encoded, 120);
    EXPECT_GT(first_progress, 0.5);
    EXPECT_EQ(differences(result.frame_hashes, expected.frame_hashes), "");
    EXPECT_EQ(differences(test::picture_hashes(again.output), test::picture_hashes(whole.output)), "");
    EXPECT_EQ(test::picture_hashes(whole.output).size(), 300U);
    EXPECT_EQ(base::to_json(result.quality), base::to_json(expected.quality));
    EXPECT_TRUE(std::filesystem::exists(again.thumbnails.front()));
}

TEST_F(Resume, frames_are_the_same_wherever_drawing_begins)
{
    auto asked = request("frames", 60);
    asked.plan.cuts = {{0, 60, ""}};
    auto const hashes = [&](std::vector<media::FrameRange> ranges) {
        std::map<std::int64_t, std::uint64_t> found;
        media::Drawing drawing(asked.plan, {}, std::move(ranges));
        while (auto const drawn = drawing.next()) found[drawn->frame] = drawn->hash;
        return found;
    };
    auto const whole = hashes({});
    std::vector<media::FrameRange> some;
    for (std::int64_t first = 7; first < 1790; first += 24) some.push_back({first, first + 2});
    for (std::int64_t first = 72; first + 2 < 1800; first += 72) {
        for (auto const& [frame, hash] : hashes({{first, first + 2}})) EXPECT_EQ(hash, whole.at(frame)) << frame;
    }
    for (auto const& [frame, hash] : hashes(some)) EXPECT_EQ(hash, whole.at(frame)) << frame;
}

TEST_F(Resume, the_number_of_drawing_threads_changes_nothing)
{
    media::RenderSeams seams;
    seams.workers = 4;
    EXPECT_EQ(media::render(request("four", 3), {}, {}, seams).frame_hashes,
              media::render(request("one", 3), {}, {}).frame_hashes);
}

TEST_F(Resume, encoders_that_work_at_once_make_the_same_clip)
{
    auto const one = media::render(request("one", 9), {}, {});
    media::RenderSeams seams;
    seams.encoders = 3;
    auto const three = media::render(request("three", 9), {}, {}, seams);
    EXPECT_EQ(three.frame_hashes, one.frame_hashes);
    EXPECT_EQ(differences(test::picture_hashes(three.output), test::picture_hashes(one.output)), "");
}

TEST_F(Resume, an_error_of_one_encoder_ends_the_others)
{
    media::RenderSeams seams;
    seams.encoders = 3;
    seams.before_encode = [](std::string const&, std::int64_t frame) {
        if (frame == 150) base::fail(base::ErrorCode::Storage, "the disk is full");
    };
    EXPECT_EQ(test::error_of([&] { media::render(request("failing", 9), {}, {}, seams); }).code,
              base::ErrorCode::Storage);
}

TEST(Shares, are_about_equal_and_leave_nothing_out)
{
    std::vector<media::FrameRange> ranges;
    for (std::int64_t first = 0; first < 100; first += 10) ranges.push_back({first, first + 10});
    for (int pieces = 1; pieces <= 12; ++pieces) {
        auto const shares = media::shares_of(ranges, pieces);
        EXPECT_EQ(shares.size(), static_cast<std::size_t>(std::min(pieces, 10)));
        std::size_t count = 0;
        for (auto const& share : shares) {
            EXPECT_FALSE(share.empty());
            EXPECT_EQ(share.front().first, static_cast<std::int64_t>(10 * count));
            EXPECT_LE(share.size(), ranges.size() / shares.size() + 1);
            count += share.size();
        }
        EXPECT_EQ(count, ranges.size());
    }
    EXPECT_TRUE(media::shares_of({}, 3).empty());
}

TEST_F(Resume, a_chunk_that_is_not_whole_is_made_again)
{
    auto const asked = request("work", 5);
    auto const expected = media::render(asked, {}, {});
    auto const data = media::chunk_data_path(asked.work_folder, 50);
    auto bytes = base::read_file(data, 1 << 26);
    bytes[bytes.size() / 2] ^= 1;
    base::write_file_atomic(data, bytes);
    auto const result = media::render(asked, {}, {});
    EXPECT_EQ(result.resumed_frames, 100);
    EXPECT_EQ(differences(result.frame_hashes, expected.frame_hashes), "");
}

TEST_F(Resume, another_plan_in_the_same_folder_takes_nothing_over)
{
    auto asked = request("work", 3);
    auto const first = media::render(asked, {}, {});
    asked.plan.seed = 7;
    auto const second = media::render(asked, {}, {});
    EXPECT_EQ(second.resumed_frames, 0);
    EXPECT_NE(second.frame_hashes, first.frame_hashes);
}

/// ettametta-media at work on a request, to be killed.
class Child {
public:
    Child(std::string const& request, std::string const& answer)
    {
        auto const program = std::string(BINARY_DIR) + "/ettametta-media";
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::dup2(::open(request.c_str(), O_RDONLY), 0);
        ::dup2(::open(answer.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
        ::execl(program.c_str(), program.c_str(), "render", nullptr);
        ::_exit(127);
    }
    /// True once it has ended by itself; the caller looks at it every millisecond.
    bool ended()
    {
        if (!ended_) ended_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
        return ended_;
    }
    void kill()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, &status_, 0);
        ended_ = true;
    }
    bool done() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

private:
    pid_t pid_ = -1;
    int status_ = 0;
    bool ended_ = false;
};

static int chunks_in(std::string const& folder)
{
    int count = 0;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("chunk-") && entry.path().extension() == ".json") ++count;
    return count;
}

TEST_F(Resume, survives_being_killed_again_and_again)
{
    auto const whole = request("whole", 30);
    auto const expected = media::render(whole, {}, {});
    auto const asked = request("killed", 30);
    auto const input = files.text("request.json", base::to_json(asked)).string();
    auto const answer = (folder.path() / "answer").string();
    std::mt19937 random(1);
    int kills = 0;
    int most_at_once = 0;

    auto finished = false;
    while (!finished) {
        auto const before = chunks_in(asked.work_folder);
        Child child(input, answer);
        // Killed in the middle of a later chunk, at a moment that nobody chose.
        auto const until = before + static_cast<int>(random() % 3);
        auto patience = static_cast<int>(random() % 60);
        while (!child.ended() && (kills >= 12 || chunks_in(asked.work_folder) < until || patience-- > 0))
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        finished = child.ended();
        if (finished) break;
        child.kill();
        ++kills;
        most_at_once = std::max(most_at_once, chunks_in(asked.work_folder) - before);
        EXPECT_GE(chunks_in(asked.work_folder), before) << "nothing that was finished is lost";
        EXPECT_FALSE(std::filesystem::exists(asked.output));
    }
    EXPECT_GE(kills, 10);
    EXPECT_GE(most_at_once, 1);
    std::optional<plan::RenderResult> result;
    for (auto const& line : base::split(base::read_file(answer, 1 << 24), '\n')) {
        auto const message = line.empty() ? plan::ChildMessage{} : base::read_json<plan::ChildMessage>(line, "answer");
        ASSERT_FALSE(message.error) << line;
        if (message.result) result = base::from_json<plan::RenderResult>(*message.result);
    }
    ASSERT_TRUE(result);
    EXPECT_GT(result->resumed_frames, 0);
    EXPECT_EQ(differences(result->frame_hashes, expected.frame_hashes), "");
    EXPECT_EQ(differences(test::picture_hashes(asked.output), test::picture_hashes(whole.output)), "");
}

TEST_F(Resume, a_kill_at_four_fifths_costs_no_more_than_a_twentieth)
{
    auto const asked = request("killed", 60);
    auto const total = 1800;
    auto const rate = 30.0;
    std::int64_t longest = 0;
    for (auto const& range : media::chunk_ranges(total, rate, {})) longest = std::max(longest, range.length());
    EXPECT_LE(longest, total / 20);
    std::stop_source stop;
    media::RenderSeams seams;
    std::int64_t encoded = 0;
    seams.before_encode = [&](std::string const&, std::int64_t frame) {
        ++encoded;
        if (frame == total * 4 / 5) stop.request_stop();
    };
    EXPECT_EQ(test::error_of([&] { media::render(asked, {}, stop.get_token(), seams); }).code,
              base::ErrorCode::Cancelled);
    media::render(asked, {}, {}, seams);
    EXPECT_LE(encoded - total, total / 20);
}

TEST_F(Resume, a_device_that_is_lost_leaves_its_chunks_and_x264_makes_the_rest)
{
    auto asked = request("lost", 6);
    asked.plan.encoder.name = "nvenc";
    media::RenderSeams seams;
    seams.codecs = {{"nvenc", "libx264"}}; // stands in for the device
    std::map<std::string, int> frames;
    seams.before_encode = [&](std::string const& encoder, std::int64_t frame) {
        ++frames[encoder];
        if (encoder == "nvenc" && frame == 100) throw media::EncoderLost("nvenc: the device is gone");
    };
    auto const result = media::render(asked, {}, {}, seams);
    EXPECT_EQ(result.encoder, "x264");
    EXPECT_EQ(result.encoder_fallback, "nvenc: the device is gone");
    EXPECT_EQ(frames["nvenc"], 101);
    EXPECT_EQ(frames["x264"], 120); // from the chunk in which it was lost
    EXPECT_EQ(test::picture_hashes(asked.output).size(), 180U);
    EXPECT_TRUE(result.quality.passed);
}

TEST_F(Resume, chunks_of_another_format_than_h264_are_made_again_when_their_encoder_is_lost)
{
    auto asked = request("lost", 5);
    asked.plan.encoder.name = "x265";
    media::RenderSeams seams;
    seams.before_encode = [&](std::string const& encoder, std::int64_t frame) {
        if (encoder == "x265" && frame == 100) throw media::EncoderLost("x265: no more");
    };
    auto const result = media::render(asked, {}, {}, seams);
    EXPECT_EQ(result.encoder, "x264");
    EXPECT_EQ(test::picture_hashes(asked.output).size(), 150U);
}

TEST_F(Resume, hevc_and_av1_carry_the_tags_that_players_look_for)
{
    for (auto const& [encoder, tag] : {std::pair{"x265", "hvc1"}, std::pair{"svtav1", "av01"}}) {
        auto asked = request(encoder, 3);
        asked.plan.encoder.name = encoder;
        auto const result = media::render(asked, {}, {});
        EXPECT_EQ(result.encoder, encoder);
        base::Command const probe{.arguments = {"ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
                                                "stream=codec_tag_string", "-of", "csv=p=0", asked.output}};
        EXPECT_TRUE(base::run(probe).output.starts_with(tag)) << encoder;
        EXPECT_EQ(test::picture_hashes(asked.output).size(), 90U) << encoder;
    }
}
