#pragma once
// Media for tests: real clips that set-up fetched, and files that ffmpeg makes on the spot.
#include "base/subprocess.h"
#include "support.h"

#include <cstdlib>
#include <sys/stat.h>
#include <vector>

// Builds with AddressSanitizer or ThreadSanitizer reserve more memory than any limit and fork tools of their own.
#define TEST_SANITIZED 0
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#undef TEST_SANITIZED
#define TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef TEST_SANITIZED
#define TEST_SANITIZED 1
#endif
#endif

namespace test {

using Path = std::filesystem::path;

/// Where deploy/fetch-samples keeps what it fetched: library/ (the sample library) and tests/.
inline Path samples_folder()
{
    if (auto const* given = std::getenv("ETTAMETTA_SAMPLES"); given && *given) return given;
    auto const* cache = std::getenv("XDG_CACHE_HOME");
    auto const* home = std::getenv("HOME");
    auto const base = cache && *cache ? Path(cache) : Path(home && *home ? home : "/") / ".cache";
    return base / "ettametta/samples";
}

/// A fetched clip such as "tests/cockatoo.mp4". A test that cannot have it fails; it never passes unseen.
inline Path sample(std::string const& name)
{
    auto path = samples_folder() / name;
    if (!std::filesystem::exists(path))
        base::fail(base::ErrorCode::NotFound, base::Next{"run ./run --setup"}, "the sample {} is missing",
                   path.string());
    return path;
}

/// Makes a file with the ffmpeg command line: ffmpeg -y ARGUMENTS... OUTPUT.
inline Path ffmpeg(std::vector<std::string> const& arguments, Path const& output)
{
    base::Command command{.arguments = {"ffmpeg", "-nostdin", "-v", "error", "-y"}};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.arguments.push_back(output.string());
    command.timeout = base::Milliseconds(120'000);
    auto const result = base::run(command);
    if (!result.ok()) base::fail(base::ErrorCode::Internal, "ffmpeg {}: {}", result.describe(command), result.errors);
    return output;
}

/// One hash for each decoded picture, in order.
inline std::vector<std::string> picture_hashes(std::string const& path)
{
    base::Command const command{
        .arguments = {"ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:v", "-f", "framemd5", "-"}};
    std::vector<std::string> hashes;
    for (auto const& line : base::split(base::run(command).output, '\n'))
        if (!line.starts_with('#') && !line.empty()) hashes.push_back(line.substr(line.rfind(' ')));
    return hashes;
}

/// Recipes for clips with known properties, each a moving test picture (testsrc2) and a tone unless it says otherwise.
class MediaFiles {
public:
    explicit MediaFiles(Path folder) : folder_(std::move(folder)) {}

    /// 25 pictures a second with key frames each second and B frames, AAC tone of 440 Hz.
    Path plain(double seconds = 4, std::string const& size = "320x240", std::string const& name = "plain.mp4") const
    {
        return make(name, seconds, size, {"-c:v", "libx264", "-g", "25", "-bf", "2", "-pix_fmt", "yuv420p"});
    }
    /// Held upright by a phone: stored on its side, with a display matrix of 90 degrees.
    Path rotated() const
    {
        return ffmpeg({"-i", plain(2, "320x240", "unrotated.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90"},
                      folder_ / "rotated.mp4");
    }
    Path odd_sized() const
    {
        return make("odd.mp4", 1, "321x179", {"-vf", "scale=321:179,setsar=1,format=yuv444p", "-c:v", "libx264"});
    }
    Path wide_pixels() const
    {
        return make("anamorphic.mp4", 1, "360x288", {"-vf", "setsar=16/11", "-c:v", "libx264"});
    }
    /// 2 s at 30 a second, then 2 s at 10 a second.
    Path variable_rate(std::string const& name = "variable.mp4") const
    {
        return ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30:duration=4", "-vf",
                       "select='lt(t,2)+not(mod(n,3))'", "-fps_mode", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p"},
                      folder_ / name);
    }
    Path ten_bit() const
    {
        return make("ten_bit.mp4", 1, "320x240",
                    {"-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"});
    }
    /// BT.2020 with the PQ transfer.
    Path hdr() const
    {
        return make("hdr.mp4", 1, "320x240",
                    {"-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params",
                     "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"});
    }
    Path interlaced() const
    {
        return make("interlaced.mpg", 2, "352x288",
                    {"-vf", "interlace", "-flags", "+ildct+ilme", "-c:v", "mpeg2video", "-c:a", "mp2"});
    }
    Path audio_only(double seconds = 3, std::string const& name = "tone.m4a") const
    {
        return ffmpeg({"-f", "lavfi", "-i", "sine=frequency=440:duration=" + std::to_string(seconds)}, folder_ / name);
    }
    Path video_only(double seconds = 2) const
    {
        return ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=" + std::to_string(seconds), "-c:v",
                       "libx264", "-pix_fmt", "yuv420p"},
                      folder_ / "silent.mp4");
    }
    Path eight_k(int frames = 3) const
    {
        return ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=7680x4320:rate=10", "-frames:v", std::to_string(frames),
                       "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"},
                      folder_ / "eight_k.mp4");
    }
    /// Hard cuts between plain colours of different brightness, `seconds` each, with a picture of noise in the first.
    Path cuts(std::vector<std::string> const& colors, double seconds) const
    {
        std::vector<std::string> arguments;
        std::string graph;
        for (std::size_t i = 0; i < colors.size(); ++i) {
            auto const source = "color=" + colors[i] + ":size=320x240:rate=25:duration=" + std::to_string(seconds);
            arguments.insert(arguments.end(), {"-f", "lavfi", "-i", source});
            graph += "[" + std::to_string(i) + "]";
        }
        graph += "concat=n=" + std::to_string(colors.size()) + ",noise=alls=8:allf=t";
        arguments.insert(arguments.end(), {"-filter_complex", graph, "-c:v", "libx264", "-pix_fmt", "yuv420p"});
        return ffmpeg(arguments, folder_ / "cuts.mp4");
    }
    /// A moving picture and a tone, cheap at any length: above a minute the first one comes again and again.
    Path long_film(int seconds) const
    {
        auto const length = std::to_string(std::min(seconds, 60));
        auto const minute =
            ffmpeg({"-f",   "lavfi",   "-i",       "testsrc2=size=160x120:rate=5:duration=" + length,
                    "-f",   "lavfi",   "-i",       "sine=frequency=440:sample_rate=8000:duration=" + length,
                    "-c:v", "libx264", "-preset",  "ultrafast",
                    "-g",   "50",      "-pix_fmt", "yuv420p",
                    "-c:a", "aac",     "-b:a",     "16k"},
                   folder_ / "minute.mp4");
        if (seconds <= 60) return minute;
        return ffmpeg({"-stream_loop", "-1", "-i", minute.string(), "-c", "copy", "-t", std::to_string(seconds)},
                      folder_ / "long.mp4");
    }
    /// The first part of a file's bytes.
    Path truncated(Path const& whole, double share, std::string const& name = "truncated.mp4") const
    {
        auto const bytes = base::read_file(whole, 1U << 30U);
        base::write_file_atomic(folder_ / name,
                                bytes.substr(0, static_cast<std::size_t>(share * double(bytes.size()))));
        return folder_ / name;
    }
    /// The same file with some of the bytes of its middle overwritten.
    Path damaged(Path const& whole, int every_bytes, std::string const& name = "damaged.mp4") const
    {
        auto bytes = base::read_file(whole, 1U << 30U);
        for (std::size_t i = bytes.size() / 4; i < bytes.size() * 3 / 4; i += static_cast<std::size_t>(every_bytes))
            bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
        base::write_file_atomic(folder_ / name, bytes);
        return folder_ / name;
    }
    Path text(std::string const& name, std::string const& content) const
    {
        base::write_file_atomic(folder_ / name, content);
        return folder_ / name;
    }
    Path const& folder() const { return folder_; }

    /// testsrc2 and a tone, coded as asked.
    Path make(std::string const& name, double seconds, std::string const& size,
              std::vector<std::string> const& coding) const
    {
        auto const length = std::to_string(seconds);
        std::vector<std::string> arguments{
            "-f", "lavfi", "-i", "testsrc2=rate=25:size=" + size + ":duration=" + length,
            "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=" + length};
        arguments.insert(arguments.end(), coding.begin(), coding.end());
        return ffmpeg(arguments, folder_ / name);
    }

private:
    Path folder_;
};

} // namespace test
