#include "media/quality.h"

#include "base/error.h"
#include "base/file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fcntl.h>
#include <unistd.h>

namespace media {

static constexpr double loudness_tolerance_lu = 1.0; // of the output contract
static constexpr double av_offset_ms_max = 20;
static constexpr double silent_share_max = 0.5;
static constexpr double black_share_max = 0.3;
static constexpr double frozen_share_max = 0.8;
static constexpr double black_span_min = 0.1;  ///< shorter is a flash
static constexpr double frozen_span_min = 2.0; ///< shorter is a pause
static constexpr double silence = -70;         ///< LUFS
static constexpr std::size_t index_bytes_max = 256U << 20U;

namespace {

/// One box of an MP4 file.
struct Box {
    std::string type;
    std::int64_t begin = 0;
    std::int64_t size = 0;
};

std::vector<Box> boxes_of(int fd, std::int64_t end)
{
    std::vector<Box> boxes;
    for (std::int64_t at = 0; at + 8 <= end;) {
        std::array<unsigned char, 16> header{};
        if (::pread(fd, header.data(), header.size(), at) < 8) break;
        std::int64_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) size = size << 8 | header[i];
        if (size == 1) {
            size = 0;
            for (std::size_t i = 8; i < 16; ++i) size = size << 8 | header[i];
        }
        if (size < 8) break;
        boxes.push_back({std::string(reinterpret_cast<char const*>(header.data()) + 4, 4), at, size});
        at += size;
    }
    return boxes;
}

void look_at_boxes(std::filesystem::path const& clip, Written& written)
{
    base::Fd const file(::open(clip.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) base::fail_errno(errno, "read", clip.string());
    auto const boxes = boxes_of(file.get(), static_cast<std::int64_t>(std::filesystem::file_size(clip)));
    auto const find = [&](char const* type) { return std::ranges::find(boxes, type, &Box::type); };
    auto const index = find("moov");
    if (index == boxes.end() || static_cast<std::size_t>(index->size) > index_bytes_max) return;
    written.index_first = index < find("mdat");
    std::string bytes(static_cast<std::size_t>(index->size), '\0');
    if (::pread(file.get(), bytes.data(), bytes.size(), index->begin) == index->size)
        written.edit_list = bytes.find("edts") != std::string::npos;
}

double begin_of(AVStream const& stream)
{
    return stream.start_time == AV_NOPTS_VALUE ? 0 : to_seconds(stream.start_time, stream.time_base);
}

} // namespace

Written read_back(std::filesystem::path const& clip, std::stop_token const& stop)
{
    Written written;
    look_at_boxes(clip, written);
    Input const input(clip, stop);
    for (unsigned i = 0; i < input.context().nb_streams; ++i) {
        auto* stream = input.context().streams[i];
        if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) {
            written.frames = avformat_index_get_entries_count(stream);
            written.picture_seconds = to_seconds(stream->duration, stream->time_base);
            written.picture_begin = begin_of(*stream);
        } else if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
            written.sound_seconds = to_seconds(stream->duration, stream->time_base);
            written.sound_begin = begin_of(*stream);
        }
    }
    return written;
}

std::string container_problem(Written const& written, std::int64_t frames, double rate)
{
    if (written.frames != frames)
        return fmt::format("the file holds {} pictures instead of {}", written.frames, frames);
    if (!written.index_first) return "the file's index is not at its front";
    if (written.edit_list) return "the file has an edit list";
    if (std::abs(written.picture_begin) > 0.5 / rate || std::abs(written.sound_begin) > 0.001)
        return fmt::format("pictures begin at {:.3f} s and sound at {:.3f} s", written.picture_begin,
                           written.sound_begin);
    if (std::abs(written.picture_seconds - static_cast<double>(frames) / rate) > 0.5 / rate)
        return fmt::format("the file says that it lasts {:.3f} s", written.picture_seconds);
    return "";
}

namespace {

/// Stretches of frames for which something holds, and how much of them the source has too.
class Stretches {
public:
    Stretches(double rate, double seconds_min) : rate_(rate), seconds_min_(seconds_min) {}
    void frame(std::int64_t number, bool holds, bool in_source)
    {
        if (!holds || number != last_) close();
        if (!holds) return;
        if (count_ == 0) first_ = number;
        ++count_;
        last_ = number + 1;
        if (!in_source) ++own_;
    }
    void close()
    {
        auto const seconds = static_cast<double>(count_) / rate_;
        if (count_ > 0 && seconds >= seconds_min_) {
            spans.push_back({static_cast<double>(first_) / rate_, static_cast<double>(last_) / rate_});
            total_seconds += seconds;
            own_seconds += static_cast<double>(own_) / rate_;
        }
        count_ = 0;
        own_ = 0;
    }
    std::vector<plan::Span> spans;
    double total_seconds = 0;
    double own_seconds = 0; ///< where the source is otherwise

private:
    double rate_;
    double seconds_min_;
    std::int64_t first_ = 0;
    std::int64_t last_ = 0;
    std::int64_t count_ = 0;
    std::int64_t own_ = 0;
};

void judge_pictures(plan::Quality& quality, PictureTrack const& pictures, double rate)
{
    Stretches black(rate, black_span_min);
    Stretches frozen(rate, frozen_span_min);
    for (auto const& chunk : pictures.chunks)
        for (std::size_t i = 0; i < chunk.facts.size(); ++i) {
            auto const fact = chunk.fact_of(i);
            black.frame(chunk.first + static_cast<std::int64_t>(i), fact.black, fact.source_black);
            frozen.frame(chunk.first + static_cast<std::int64_t>(i), fact.frozen && !fact.black, fact.source_frozen);
        }
    black.close();
    frozen.close();
    auto const seconds = static_cast<double>(pictures.frames) / rate;
    quality.black = black.spans;
    quality.black_seconds = black.total_seconds;
    quality.frozen = frozen.spans;
    quality.frozen_seconds = frozen.total_seconds;
    if (black.own_seconds > seconds * black_share_max)
        quality.problems.push_back(fmt::format("{:.1f} s of it are black", black.own_seconds));
    else if (black.total_seconds > 0)
        quality.notes.push_back(fmt::format("{:.1f} s are black, as in the source", black.total_seconds));
    if (frozen.own_seconds > seconds * frozen_share_max)
        quality.problems.push_back(fmt::format("{:.1f} s of it stand still", frozen.own_seconds));
    else if (frozen.total_seconds > 0)
        quality.notes.push_back(fmt::format("nothing moves for {:.1f} s", frozen.total_seconds));
}

void judge_sound(plan::Quality& quality, plan::AudioPlan const& plan, Mastered const& sound, double seconds)
{
    auto const problem = [&](std::string text) { quality.problems.push_back(std::move(text)); };
    quality.silent = sound.silent;
    quality.silent_seconds = sound.silent_seconds;
    quality.clipped_samples = sound.clipped_samples;
    if (sound.repaired) quality.repairs.push_back("the sound was levelled once more");
    if (sound.loudness_lufs <= silence) { // a source without sound gives a silent clip
        if (sound.mixed_lufs > silence) problem("its sound was lost");
        return;
    }
    auto const off = std::abs(sound.loudness_lufs - plan.loudness_lufs);
    auto const text = fmt::format("loudness is {:.1f} LUFS instead of {:.1f}", sound.loudness_lufs, plan.loudness_lufs);
    if (off > loudness_tolerance_lu && sound.at_gain_limit)
        quality.notes.push_back(text + ": the source is too quiet to be raised further");
    else if (off > loudness_tolerance_lu)
        problem(text);
    if (sound.true_peak_dbtp > plan.true_peak_dbtp)
        problem(fmt::format("true peak is {:.1f} dBTP, above {:.1f}", sound.true_peak_dbtp, plan.true_peak_dbtp));
    if (sound.clipped_samples > 0) problem(fmt::format("{} samples of its sound are clipped", sound.clipped_samples));
    if (sound.silent_seconds - sound.mixed_silent_seconds > seconds * silent_share_max)
        problem(fmt::format("{:.1f} s of it are silent", sound.silent_seconds));
    else if (sound.silent_seconds > 0)
        quality.notes.push_back(fmt::format("{:.1f} s are silent, as in the source", sound.silent_seconds));
}

} // namespace

plan::Quality judge(plan::EditPlan const& plan, Mastered const& sound, PictureTrack const& pictures,
                    Written const& written)
{
    auto const rate = static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator;
    plan::Quality quality;
    judge_pictures(quality, pictures, rate);
    judge_sound(quality, plan.audio, sound, static_cast<double>(pictures.frames) / rate);
    // What the captions find out about themselves (missing glyphs, what they cover) joins here.
    if (auto const problem = container_problem(written, pictures.frames, rate); !problem.empty())
        quality.problems.push_back(problem);
    quality.av_offset_ms =
        (written.sound_begin + written.sound_seconds - written.picture_begin - written.picture_seconds) * 1000;
    if (std::abs(quality.av_offset_ms) > av_offset_ms_max)
        quality.problems.push_back(fmt::format("sound ends {:.0f} ms after the picture", quality.av_offset_ms));
    auto const planned = plan.duration_seconds();
    if (std::abs(written.picture_seconds - planned) > 1 / rate)
        quality.problems.push_back(
            fmt::format("it lasts {:.3f} s instead of {:.3f} s", written.picture_seconds, planned));
    if (plan.mid_word_cuts > 0) {
        quality.mid_word_cuts = plan.mid_word_cuts;
        quality.notes.push_back(fmt::format("{} cuts fall inside a word", plan.mid_word_cuts));
    }
    quality.passed = quality.problems.empty();
    return quality;
}

} // namespace media
