#include "media/analysis/analyse.h"

#include "media/analysis/face_tracks.h"
#include "media/analysis/mood.h"
#include "media/analysis/picture.h"
#include "media/analysis/sound.h"
#include "media/analysis/speech_spans.h"
#include "media/resample.h"

#include <algorithm>
#include <future>

namespace media::analysis {

namespace {

constexpr int sample_rate_max = 48'000;
constexpr double key_frames_max = 7200; ///< of a film too long to look at every picture
constexpr double key_frames_apart_min = 1;

/// What was seen, and what can only be told together with the sound.
struct Seen {
    std::vector<std::vector<Sighting>> faces;
    MoodSignals mood;
};

Seen analyse_picture(Decoder& decoder, Options const& options, ProgressMeter& meter, plan::Analysis& analysis)
{
    auto const& info = decoder.info();
    PictureMeter pictures(*info.video, {.wanted = {options.faces, options.text, options.camera},
                                        .sparse = analysis.sampled,
                                        .duration = info.duration_seconds});
    Item item;
    while (decoder.next(item)) {
        pictures.add(item);
        meter.report(std::min(0.99, item.seconds / info.duration_seconds));
    }
    pictures.finish(analysis);
    auto const& palette = pictures.palette();
    return {pictures.sightings(), {palette.saturation(), palette.warmth(), palette.contrast()}};
}

struct Sound {
    plan::Curve energy;
    std::optional<plan::Loudness> loudness;
    std::vector<plan::Span> silences;
    std::vector<plan::Span> speech;
    std::vector<double> beats;
    std::vector<float> windows;
};

/// report: where there is no picture, the sound tells how far the work is.
Sound analyse_sound(std::filesystem::path const& path, bool sparse, ProgressMeter* meter, std::stop_token const& stop)
{
    Decoder decoder(path, {.want_video = false}, stop);
    auto const& info = decoder.info();
    auto const rate = std::min(info.audio->sample_rate, sample_rate_max);
    auto const channels = std::min(info.audio->channels, 2);
    SoundConverter<float> converter(rate, channels);
    SoundMeter sound(rate, channels, !sparse);
    SpeechFinder speech;
    Item item;
    while (decoder.next(item)) {
        sound.add(converter.convert(*item.frame), item.seconds);
        speech.add(*item.frame, item.seconds);
        if (meter) meter->report(std::min(0.99, item.seconds / info.duration_seconds));
    }
    return {sound.energy(),  sound.loudness(), sound.silences(info.duration_seconds),
            speech.finish(), sound.beats(),    sound.windows()};
}

} // namespace

plan::Analysis analyse(std::filesystem::path const& path, Options const& options, ProgressCallback const& progress,
                       base::Clock const& clock, std::stop_token const& stop)
{
    ProgressMeter meter("analyse", progress, clock);
    std::stop_source both; // a failure of the picture also ends the sound
    std::stop_callback const forward(stop, [&] { both.request_stop(); });
    auto info = Decoder(path, {.threads = 1}, stop).info();
    plan::Analysis analysis;
    analysis.sampled = info.duration_seconds > options.sample_above_seconds;
    Seen seen;
    std::vector<float> windows;
    std::future<Sound> sound;
    if (info.audio)
        sound = std::async(std::launch::async, [&, has_picture = info.video.has_value(), sparse = analysis.sampled] {
            return analyse_sound(path, sparse, has_picture ? nullptr : &meter, both.get_token());
        });
    try {
        if (info.video) {
            auto const apart = std::max(key_frames_apart_min, info.duration_seconds / key_frames_max);
            Decoder pictures(path,
                             {.want_audio = false,
                              .skip_non_key_frames = analysis.sampled,
                              .key_frames_apart = apart,
                              .rough = true},
                             both.get_token());
            seen = analyse_picture(pictures, options, meter, analysis);
        }
    } catch (...) {
        both.request_stop();
        throw; // the future waits for its thread
    }
    if (sound.valid()) {
        auto heard = sound.get();
        analysis.audio_energy = std::move(heard.energy);
        analysis.loudness = heard.loudness;
        analysis.silences = std::move(heard.silences);
        analysis.speech = std::move(heard.speech);
        analysis.beats = std::move(heard.beats);
        windows = std::move(heard.windows);
    }
    analysis.media = std::move(info);
    analysis.faces = track_faces(seen.faces, analysis.shots, windows, SoundMeter::window_seconds);
    analysis.moods = judge_moods(analysis, seen.mood);
    meter.report(1);
    return analysis;
}

} // namespace media::analysis
