#pragma once
#include "plan/analysis.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace media::speech {

/// whisper.cpp with a ggml model from a file: offline, any language the model knows.
class WhisperRecogniser {
public:
    static constexpr double seconds_max = 28; ///< of one piece; its window is 30 s
    /// Unavailable where this program was built without whisper.cpp or the processor lacks what it needs; InvalidInput
    /// where the file is no model.
    WhisperRecogniser(std::filesystem::path const& model, std::stop_token stop);
    ~WhisperRecogniser();
    WhisperRecogniser(WhisperRecogniser const&) = delete;
    WhisperRecogniser& operator=(WhisperRecogniser const&) = delete;

    /// Words of one piece (16 kHz mono) with times from its start. Cancelled where it was stopped.
    std::vector<plan::Word> recognise(std::span<std::int16_t const> samples);
    /// Of the last piece: "en".
    std::string const& language() const { return language_; }
    static bool is_built_in();

private:
    struct State;
    std::unique_ptr<State> state_;
    std::string language_;
};

} // namespace media::speech
