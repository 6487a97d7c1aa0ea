#pragma once
#include "plan/child.h"
#include "plan/filter_info.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace studio {

using ProgressCallback = std::function<void(plan::Progress const&)>;

/// The child program ettametta-media: one process for each piece of work, so that hostile or broken media can crash
/// nothing but itself. Every failure is one clear error. Thread-safe.
class MediaChild {
public:
    struct Options {
        std::filesystem::path program; ///< of ettametta-media
        int memory_mib = 1500;
        base::Milliseconds timeout{4 * 3600 * 1000LL};
        std::filesystem::path speech_model = {}; ///< a ggml file for whisper.cpp; "": PocketSphinx listens
        std::filesystem::path cache_folder = {}; ///< remembers what was tried on this machine; "": try again each time
    };
    explicit MediaChild(Options options) : options_(std::move(options)) {}

    plan::MediaInfo probe(std::filesystem::path const& input, std::stop_token const& stop = {}) const;
    /// The limits of each request are filled in here; all else is the caller's.
    plan::Analysis analyse(plan::AnalyseRequest request, ProgressCallback const& progress,
                           std::stop_token const& stop = {}) const;
    plan::Transcript transcribe(plan::TranscribeRequest request, ProgressCallback const& progress,
                                std::stop_token const& stop = {}) const;
    plan::SoundResult sound(plan::SoundRequest request, std::stop_token const& stop = {}) const;
    plan::NarrateResult narrate(plan::NarrateRequest request, std::stop_token const& stop = {}) const;
    plan::RenderResult render(plan::RenderRequest request, ProgressCallback const& progress,
                              std::stop_token const& stop = {}) const;
    plan::SheetResult sheet(plan::SheetRequest request, std::stop_token const& stop = {}) const;
    /// All filters; InvalidInput where one of the calls is not taken.
    std::vector<plan::FilterInfo> filters(std::vector<plan::FilterCall> const& calls = {}) const;
    /// Each encoder, tried on a few pictures once; remembered until program, libraries or devices change.
    std::vector<plan::EncoderState> encoders() const;
    /// What `auto` has to know; empty for any other wish, which needs no trying.
    std::vector<plan::EncoderState> known_encoders(std::string const& wanted) const;
    /// Changes with each build of the media program.
    std::string identity() const;
    /// What binds the child on this machine, in words.
    std::string confinement() const;

private:
    base::json::value call(std::string const& command, std::string request, ProgressCallback const& progress,
                           std::stop_token const& stop) const;
    plan::ChildLimits limits(std::vector<std::string> readable, std::vector<std::string> writable) const;

    Options options_;
};

} // namespace studio
