#include "media/speech/narrate.h"

#include "base/error.h"
#include "base/text.h"

#include <memory>
#include <mutex>

extern "C" {
#include <flite/flite.h>
cst_voice* register_cmu_us_rms(char const* folder); // NOLINT: flite's name
}

namespace media::speech {

namespace {

struct UtteranceDeleter {
    void operator()(cst_utterance* utterance) const { delete_utterance(utterance); }
};
using Utterance = std::unique_ptr<cst_utterance, UtteranceDeleter>;

/// flite keeps one voice for the process and is not made for threads.
std::mutex mutex;

cst_voice* voice()
{
    static cst_voice* const voice = [] {
        ::flite_init();
        return ::register_cmu_us_rms(nullptr);
    }();
    return voice;
}

/// A token's words in the relation of words; nullptr where it says nothing.
cst_item* first_word(cst_item* token) { return ::item_daughter(token); }

double start_of(cst_item* word)
{
    return static_cast<double>(::ffeature_float(word, "R:SylStructure.daughter1.daughter1.R:Segment.p.end"));
}

double end_of(cst_item* word)
{
    return static_cast<double>(::ffeature_float(word, "R:SylStructure.daughtern.daughtern.R:Segment.end"));
}

std::vector<plan::Word> words_of(cst_utterance* utterance)
{
    std::vector<plan::Word> words;
    for (auto* token = ::relation_head(::utt_relation(utterance, "Token")); token; token = ::item_next(token)) {
        auto* const first = first_word(token);
        if (!first) continue;
        auto* last = first;
        for (auto* word = first; word; word = ::item_next(word)) last = word;
        auto const text = std::string(::get_param_string(::item_feats(token), "prepunctuation", "")) +
                          ::item_feat_string(token, "name") + ::get_param_string(::item_feats(token), "punc", "");
        auto const start = start_of(::item_as(first, "Word"));
        auto const end = end_of(::item_as(last, "Word"));
        if (end > start) words.push_back({base::clean_utf8(text), start, end, std::nullopt});
    }
    return words;
}

} // namespace

Narration narrate(std::string_view text)
{
    auto const clean = base::clean_utf8(base::trim(text));
    if (clean.empty() || clean.size() > narration_bytes_max)
        base::fail(base::ErrorCode::InvalidInput, "narration: {} bytes are not between 1 and {}", clean.size(),
                   narration_bytes_max);
    std::lock_guard const lock(mutex);
    Utterance const utterance(::flite_synth_text(clean.c_str(), voice()));
    auto* const wave = utterance ? ::utt_wave(utterance.get()) : nullptr;
    if (!wave || wave->num_samples <= 0)
        base::fail(base::ErrorCode::InvalidInput, "narration: '{}' cannot be spoken", base::truncate_utf8(clean, 60));
    return {wave->sample_rate, std::vector<std::int16_t>(wave->samples, wave->samples + wave->num_samples),
            words_of(utterance.get())};
}

} // namespace media::speech
