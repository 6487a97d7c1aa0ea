#pragma once
#include "plan/analysis.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace studio {

/// Something outside the media program that hears words in a sound file: a service, or another program. Thread-safe.
class Recogniser {
public:
    virtual ~Recogniser() = default;
    /// For people and for Transcript::source: "whisper-large-v3-turbo at api.groq.com".
    virtual std::string name() const = 0;
    virtual double seconds_max() const = 0; ///< of one file
    /// Words of a WAV file, times from its start. Errors are those of the network; the caller falls back.
    virtual plan::Transcript hear(std::filesystem::path const& sound, std::stop_token const& stop) const = 0;

protected:
    Recogniser() = default;
    Recogniser(Recogniser const&) = default;
    Recogniser& operator=(Recogniser const&) = default;
};

} // namespace studio
