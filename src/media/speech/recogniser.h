#pragma once
#include "plan/analysis.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace media::speech {

/// PocketSphinx with its US English model: offline, about 20 % of the words wrong; a draft.
class Recogniser {
public:
    /// Unavailable where the model is not installed.
    Recogniser();
    ~Recogniser();
    Recogniser(Recogniser const&) = delete;
    Recogniser& operator=(Recogniser const&) = delete;

    /// Words of one utterance (16 kHz mono) with times from its start; nothing where it does not sound like words.
    std::vector<plan::Word> recognise(std::span<std::int16_t const> samples);
    /// True where the dictionary has a pronunciation.
    bool knows(std::string const& word) const;
    /// Times of exactly these words, one after the other; nothing where the sound does not follow them. After this the
    /// object aligns only.
    std::vector<plan::Word> align(std::span<std::int16_t const> samples, std::vector<std::string> const& words);

private:
    void listen(std::span<std::int16_t const> samples);
    std::vector<plan::Word> spoken() const;

    struct State;
    std::unique_ptr<State> state_;
};

} // namespace media::speech
