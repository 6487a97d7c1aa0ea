#pragma once
// Runs the real program as a user does, in folders of its own.
#include "base/json.h"
#include "media_files.h"

#include <cstdlib>
#include <thread>

namespace test {

/// ettametta and what it may find around it.
class CommandLine : public testing::Test {
protected:
    base::TemporaryFolder folder;
    MediaFiles files{folder.path()};
    std::map<std::string, std::string> environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                                   {"HOME", folder.path().string()},
                                                   {"XDG_DATA_HOME", (folder.path() / "share").string()},
                                                   {"ETTAMETTA_SAMPLES", samples_folder().string()},
                                                   {"LANG", "C.UTF-8"}};
    CommandLine()
    {
        for (auto const* name : {"TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS"}) // for builds with sanitizers
            if (auto const* value = std::getenv(name)) environment[name] = value;
    }

    static std::string samples_library() { return (samples_folder() / "library").string(); }
    static std::string program() { return (build_folder() / "ettametta").string(); }
    Path path(std::string const& name) const { return folder.path() / name; }

    base::Command command(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), program());
        base::Command out{.arguments = std::move(arguments)};
        out.environment = environment;
        out.timeout = base::Milliseconds(300'000);
        return out;
    }
    base::CommandResult run(std::vector<std::string> arguments, std::stop_token const& stop = {}) const
    {
        return base::run(command(std::move(arguments)), stop);
    }
    /// The document on standard output; the test fails where there is anything else.
    base::json::value json(base::CommandResult const& result) const
    {
        EXPECT_FALSE(result.output.empty()) << result.errors;
        return base::parse_json(result.output.empty() ? "null" : result.output, "standard output");
    }
    /// The code of the error object on standard error.
    static std::string error_code(base::CommandResult const& result)
    {
        for (auto const& line : base::split(result.errors, '\n'))
            if (line.starts_with(R"({"error":)"))
                return std::string(base::parse_json(line, "error").at("error").at("code").as_string());
        return "no error: " + result.errors;
    }
};

/// Integrated loudness and true peak by FFmpeg's EBU R128 meter, another one than the product's.
struct Measured {
    double lufs = 0;
    double peak = 0;
};
inline Measured measure(std::string const& file)
{
    base::Command const command{.arguments = {"ffmpeg", "-nostdin", "-hide_banner", "-i", file, "-vn", "-af",
                                              "ebur128=peak=true:framelog=verbose", "-f", "null", "-"}};
    auto const text = base::run(command).errors;
    auto const after = [&](std::string const& name) {
        auto const at = text.rfind(name);
        return at == std::string::npos ? 99.0 : std::stod(text.substr(at + name.size()));
    };
    return {after("I:"), after("Peak:")};
}

inline base::json::value ffprobe(std::string const& file)
{
    base::Command const command{
        .arguments = {"ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", file}};
    return base::parse_json(base::run(command).output, "ffprobe");
}

} // namespace test
