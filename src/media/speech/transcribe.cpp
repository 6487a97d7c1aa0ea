#include "media/speech/transcribe.h"

#include "media/decoder.h"
#include "media/resample.h"
#include "media/speech/onset.h"
#include "media/speech/recogniser.h"
#include "media/speech/voice_activity.h"
#include "media/speech/whisper_recogniser.h"

#include <algorithm>
#include <cmath>

namespace media::speech {

namespace {

constexpr std::size_t block_samples_max = 40UL * sample_rate;
constexpr std::size_t spans_max = 1000;
constexpr double gap_seconds_max = 0.05; ///< a longer hole in the sound starts a new block

/// Who listens: gives the words of a piece of sound, with times from its start.
struct Ears {
    std::function<std::vector<plan::Word>(std::span<std::int16_t const>)> hear;
    std::size_t block_samples = block_samples_max;
    bool whole = false; ///< takes a block in one piece: each piece costs as much as a long one
};

/// Takes sound in order, cuts it into blocks at pauses and recognises what is speech in them.
class Listener {
public:
    /// heard: how far recognition is, in seconds of the source.
    Listener(Ears ears, plan::Transcript& transcript, std::function<void(double)> heard, std::stop_token stop)
        : ears_(std::move(ears)), transcript_(transcript), heard_(std::move(heard)), stop_(std::move(stop))
    {
    }

    void add(std::span<std::int16_t const> samples, double seconds)
    {
        auto const expected = start_ + static_cast<double>(block_.size()) / sample_rate;
        if (!block_.empty() && std::abs(seconds - expected) > gap_seconds_max) finish();
        if (block_.empty()) start_ = seconds;
        block_.insert(block_.end(), samples.begin(), samples.end());
        if (block_.size() >= ears_.block_samples) hear(find_pause(block_));
    }
    void finish() { hear(block_.size()); }

private:
    void hear(std::size_t count)
    {
        auto const samples = std::span<std::int16_t const>(block_).first(count);
        auto utterances = find_utterances(samples);
        if (ears_.whole && utterances.size() > 1) utterances = {{utterances.front().begin, utterances.back().end}};
        for (auto const& utterance : utterances) {
            if (stop_.stop_requested()) base::fail(base::ErrorCode::Cancelled, "stopped while listening");
            auto const at = start_ + static_cast<double>(utterance.begin) / sample_rate;
            auto const part = samples.subspan(utterance.begin, utterance.end - utterance.begin);
            auto words = ears_.hear(part);
            snap_to_onsets(words, part, 0);
            for (auto& word : words) {
                word.start += at;
                word.end += at;
                transcript_.words.push_back(std::move(word));
            }
            heard_(start_ + static_cast<double>(utterance.end) / sample_rate);
        }
        block_.erase(block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(count));
        start_ += static_cast<double>(count) / sample_rate;
    }

    Ears ears_;
    plan::Transcript& transcript_;
    std::function<void(double)> heard_;
    std::stop_token stop_;
    std::vector<std::int16_t> block_;
    double start_ = 0;
};

} // namespace

std::vector<plan::Span> tidy_spans(std::vector<plan::Span> spans, double duration)
{
    if (spans.empty()) return {{0, duration}};
    if (spans.size() > spans_max)
        base::fail(base::ErrorCode::InvalidInput, "spans: {} are more than the limit of {}", spans.size(), spans_max);
    std::sort(spans.begin(), spans.end(), [](auto const& a, auto const& b) { return a.start < b.start; });
    std::vector<plan::Span> tidy;
    for (auto const& span : spans) {
        if (!std::isfinite(span.start) || !std::isfinite(span.end) || span.end < span.start)
            base::fail(base::ErrorCode::InvalidInput, "spans: {}..{} is no part of a timeline", span.start, span.end);
        plan::Span const inside{std::clamp(span.start, 0.0, duration), std::clamp(span.end, 0.0, duration)};
        if (inside.length() <= 0) continue;
        if (!tidy.empty() && inside.start <= tidy.back().end)
            tidy.back().end = std::max(tidy.back().end, inside.end);
        else
            tidy.push_back(inside);
    }
    return tidy;
}

/// The recogniser that the request asks for; the transcript says which.
static Ears ears_for(plan::TranscribeRequest const& request, plan::Transcript& transcript, std::stop_token const& stop)
{
    if (request.model.empty()) {
        transcript = {.source = "pocketsphinx", .draft = true, .language = "en-US"};
        auto const recogniser = std::make_shared<Recogniser>();
        return {[recogniser](std::span<std::int16_t const> samples) { return recogniser->recognise(samples); }};
    }
    transcript = {.source = "whisper.cpp " + std::filesystem::path(request.model).stem().string()};
    auto const recogniser = std::make_shared<WhisperRecogniser>(request.model, stop);
    auto const hear = [recogniser, &transcript](std::span<std::int16_t const> samples) {
        auto words = recogniser->recognise(samples);
        transcript.language = recogniser->language();
        return words;
    };
    return {hear, static_cast<std::size_t>(WhisperRecogniser::seconds_max * sample_rate), true};
}

plan::Transcript transcribe(plan::TranscribeRequest const& request, ProgressCallback const& progress,
                            base::Clock const& clock, std::stop_token const& stop)
{
    ProgressMeter meter("transcribe", progress, clock);
    Decoder decoder(request.input, {.want_video = false}, stop);
    if (!decoder.has_audio()) return {.source = "none"};
    plan::Transcript transcript;
    auto ears = ears_for(request, transcript, stop);
    auto const parts = tidy_spans(request.spans, decoder.info().duration_seconds);
    double whole = 0;
    for (auto const& part : parts) whole += part.length();
    double done = 0;
    double part_start = 0;
    auto const heard = [&](double seconds) { meter.report(std::min(0.99, (done + seconds - part_start) / whole)); };
    Listener listener(std::move(ears), transcript, heard, stop);
    for (auto const& part : parts) {
        part_start = part.start;
        SoundConverter<std::int16_t> converter(sample_rate, 1);
        decoder.seek(part.start);
        Item item;
        while (decoder.next(item) && item.seconds < part.end)
            listener.add(converter.convert(*item.frame), item.seconds);
        listener.finish();
        done += part.length();
    }
    meter.report(1);
    return transcript;
}

} // namespace media::speech
