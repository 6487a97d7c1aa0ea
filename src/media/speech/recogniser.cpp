#include "media/speech/recogniser.h"

#include "base/error.h"

#include <algorithm>
#include <filesystem>
#include <pocketsphinx.h>
#include <sphinxbase/ckd_alloc.h>
#include <sphinxbase/err.h>

namespace media::speech {

namespace {

std::string const model = "/usr/share/pocketsphinx/model/en-us/";
constexpr double frames_per_second = 100; ///< PocketSphinx's -frate
constexpr double utterance_confidence_min =
    0.45; ///< mean over the words: music stays below 0.4, clear speech above 0.55

/// "<s>", "<sil>", "[SPEECH]", "++BREATH++" are no words; "read(2)" is the second pronunciation of "read".
std::string spoken_word(std::string_view word)
{
    if (word.empty() || word[0] == '<' || word[0] == '[' || word[0] == '+') return {};
    return std::string(word.substr(0, word.find('(')));
}

} // namespace

struct Recogniser::State {
    struct ConfigDeleter {
        void operator()(cmd_ln_t* owned) const { cmd_ln_free_r(owned); }
    };
    struct DecoderDeleter {
        void operator()(ps_decoder_t* owned) const { ps_free(owned); }
    };
    std::unique_ptr<cmd_ln_t, ConfigDeleter> config;
    std::unique_ptr<ps_decoder_t, DecoderDeleter> decoder;
};

Recogniser::Recogniser() : state_(std::make_unique<State>())
{
    for (auto const* file : {"en-us/mdef", "en-us.lm.bin", "cmudict-en-us.dict"})
        if (!std::filesystem::exists(model + file))
            base::fail(base::ErrorCode::Unavailable, base::Next{"install the package pocketsphinx-en-us"},
                       "speech cannot be recognised: {}{} is missing", model, file);
    err_set_logfp(nullptr);
    // Without -remove_silence no, silent frames vanish from its clock and words drift early.
    state_->config.reset(cmd_ln_init(nullptr, ps_args(), TRUE, "-hmm", (model + "en-us").c_str(), "-lm",
                                     (model + "en-us.lm.bin").c_str(), "-dict", (model + "cmudict-en-us.dict").c_str(),
                                     "-remove_silence", "no", nullptr));
    if (state_->config) state_->decoder.reset(ps_init(state_->config.get()));
    if (!state_->decoder)
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package pocketsphinx-en-us again"},
                   "speech cannot be recognised: the model in {} cannot be loaded", model);
}

Recogniser::~Recogniser() = default;

void Recogniser::listen(std::span<std::int16_t const> samples)
{
    auto* const decoder = state_->decoder.get();
    ps_start_stream(decoder);
    if (ps_start_utt(decoder) < 0) base::fail(base::ErrorCode::Internal, "the recogniser does not start");
    auto const heard = ps_process_raw(decoder, samples.data(), samples.size(), FALSE, TRUE);
    if (ps_end_utt(decoder) < 0 || heard < 0) base::fail(base::ErrorCode::Internal, "the recogniser failed");
}

std::vector<plan::Word> Recogniser::spoken() const
{
    auto* const decoder = state_->decoder.get();
    std::vector<plan::Word> words;
    for (auto* segment = ps_seg_iter(decoder); segment; segment = ps_seg_next(segment)) {
        auto text = spoken_word(ps_seg_word(segment));
        if (text.empty()) continue;
        int first = 0;
        int last = 0;
        ps_seg_frames(segment, &first, &last);
        auto const posterior = ps_seg_prob(segment, nullptr, nullptr, nullptr);
        auto const confidence = std::clamp(logmath_exp(ps_get_logmath(decoder), posterior), 0.0, 1.0);
        words.push_back({std::move(text), first / frames_per_second, (last + 1) / frames_per_second, confidence});
    }
    return words;
}

std::vector<plan::Word> Recogniser::recognise(std::span<std::int16_t const> samples)
{
    listen(samples);
    auto words = spoken();
    double sum = 0;
    for (auto const& word : words) sum += word.confidence.value_or(0);
    if (sum < utterance_confidence_min * static_cast<double>(words.size())) words.clear();
    return words;
}

bool Recogniser::knows(std::string const& word) const
{
    struct Free {
        void operator()(char* text) const { ckd_free(text); }
    };
    return std::unique_ptr<char, Free>(ps_lookup_word(state_->decoder.get(), word.c_str())) != nullptr;
}

std::vector<plan::Word> Recogniser::align(std::span<std::int16_t const> samples, std::vector<std::string> const& words)
{
    auto* const decoder = state_->decoder.get();
    std::string grammar = "#JSGF V1.0; grammar script; public <script> =";
    for (auto const& word : words) grammar += " " + word;
    if (ps_set_jsgf_string(decoder, "script", (grammar + ";").c_str()) < 0 || ps_set_search(decoder, "script") < 0)
        base::fail(base::ErrorCode::Internal, "the recogniser does not take the script");
    listen(samples);
    int score = 0;
    if (!ps_get_hyp(decoder, &score)) return {}; // the end of the script was not reached
    auto found = spoken();
    if (found.size() != words.size()) found.clear();
    return found;
}

} // namespace media::speech
