#include "media/speech/align.h"

#include "base/text.h"
#include "media/decoder.h"
#include "media/resample.h"
#include "media/speech/onset.h"
#include "media/speech/recogniser.h"
#include "media/speech/voice_activity.h"

namespace media::speech {

namespace {

struct ScriptWord {
    std::string shown;  ///< as it stands in the script
    std::string spoken; ///< as the dictionary has it
};

/// Words between white space; what holds no letter or digit is left out.
std::vector<ScriptWord> words_of_script(std::string_view script)
{
    std::vector<ScriptWord> words;
    std::string text(script);
    for (auto& c : text)
        if (c == '\n' || c == '\t' || c == '\r') c = ' ';
    for (auto const& part : base::split(text, ' ')) {
        std::string spoken;
        for (auto const c : base::lower_ascii(part))
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'') spoken += c;
        if (!spoken.empty()) words.push_back({part, spoken});
    }
    if (words.empty() || words.size() > script_words_max)
        base::fail(base::ErrorCode::InvalidInput, "script: {} words are outside [1, {}]", words.size(),
                   script_words_max);
    return words;
}

std::vector<std::int16_t> read_sound(std::filesystem::path const& path, std::stop_token const& stop)
{
    Decoder decoder(path, {.want_video = false}, stop);
    if (decoder.info().duration_seconds > align_seconds_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: a script is aligned to at most {} s of sound, not {:.0f} s",
                   path.string(), align_seconds_max, decoder.info().duration_seconds);
    SoundConverter<std::int16_t> converter(sample_rate, 1);
    std::vector<std::int16_t> samples;
    Item item;
    while (decoder.has_audio() && decoder.next(item)) {
        auto const at = static_cast<std::size_t>(std::max(0.0, item.seconds) * sample_rate);
        if (at > samples.size() + sample_rate / 20) samples.resize(at); // a hole in the sound
        auto const part = converter.convert(*item.frame);
        samples.insert(samples.end(), part.begin(), part.end());
    }
    return samples;
}

/// Gives words without a time an equal share of what lies between their neighbours.
void fill_gaps(std::vector<plan::Word>& words, double duration)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].end > words[i].start) continue;
        auto last = i;
        while (last < words.size() && words[last].end <= words[last].start) ++last;
        auto const begin = i > 0 ? words[i - 1].end : 0.0;
        auto const end = last < words.size() ? words[last].start : duration;
        auto const share = std::max(0.0, end - begin) / static_cast<double>(last - i);
        for (auto k = i; k < last; ++k) {
            words[k].start = begin + share * static_cast<double>(k - i);
            words[k].end = words[k].start + share;
        }
        i = last;
    }
}

} // namespace

plan::Transcript align(std::filesystem::path const& path, std::string_view script, ProgressCallback const& progress,
                       base::Clock const& clock, std::stop_token const& stop)
{
    ProgressMeter meter("align", progress, clock);
    plan::Transcript transcript{.words = {}, .source = "aligned", .draft = false, .language = "en-US"};
    auto const wanted = words_of_script(script);
    auto const samples = read_sound(path, stop);
    meter.report(0.3);
    Recogniser recogniser;
    std::vector<std::string> known;
    std::vector<std::size_t> place; // of each known word in the script
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!recogniser.knows(wanted[i].spoken)) continue;
        known.push_back(wanted[i].spoken);
        place.push_back(i);
    }
    auto found = known.empty() ? std::vector<plan::Word>{} : recogniser.align(samples, known);
    snap_to_onsets(found, samples, 0);
    meter.report(1);
    if (found.size() != known.size() || found.empty()) return transcript;
    for (auto const& word : wanted) transcript.words.push_back({word.shown, 0, 0, std::nullopt});
    for (std::size_t i = 0; i < found.size(); ++i) {
        transcript.words[place[i]].start = found[i].start;
        transcript.words[place[i]].end = found[i].end;
    }
    fill_gaps(transcript.words, static_cast<double>(samples.size()) / sample_rate);
    return transcript;
}

} // namespace media::speech
