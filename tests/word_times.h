#pragma once
// How far the times of words are off: for tests and for tests/bench/word_times.
#include "base/text.h"
#include "media/speech/align.h"
#include "media/speech/narrate.h"
#include "media/speech/transcribe.h"
#include "media_files.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

namespace test {

/// The letters and digits of a word, lower case.
inline std::string plain_word(std::string const& text)
{
    std::string out;
    for (auto const& part : base::words_of(text)) out += part;
    return out;
}

/// |start - start| in seconds of each word that both say, paired so that as many as can be are.
inline std::vector<double> start_errors(std::vector<plan::Word> const& reference, std::vector<plan::Word> const& heard)
{
    auto const rows = reference.size() + 1;
    auto const columns = heard.size() + 1;
    std::vector<std::size_t> same(rows * columns); // longest common subsequence
    auto const equal = [&](std::size_t i, std::size_t k) {
        return plain_word(reference[i].text) == plain_word(heard[k].text);
    };
    for (std::size_t i = reference.size(); i-- > 0;)
        for (std::size_t k = heard.size(); k-- > 0;)
            same[i * columns + k] = equal(i, k) ? same[(i + 1) * columns + k + 1] + 1
                                                : std::max(same[(i + 1) * columns + k], same[i * columns + k + 1]);
    std::vector<double> errors;
    for (std::size_t i = 0, k = 0; i < reference.size() && k < heard.size();) {
        if (equal(i, k))
            errors.push_back(std::abs(reference[i++].start - heard[k++].start));
        else if (same[(i + 1) * columns + k] >= same[i * columns + k + 1])
            ++i;
        else
            ++k;
    }
    return errors;
}

struct Spread {
    std::size_t words = 0;
    double median_ms = 0;
    double p95_ms = 0;
};

inline Spread spread_of(std::vector<double> errors)
{
    if (errors.empty()) return {};
    std::sort(errors.begin(), errors.end());
    auto const at = [&](double share) {
        return 1000 * errors[static_cast<std::size_t>(share * static_cast<double>(errors.size() - 1))];
    };
    return {errors.size(), at(0.5), at(0.95)};
}

inline void write_wav(Path const& path, media::speech::Narration const& narration)
{
    auto const bytes = static_cast<std::uint32_t>(narration.samples.size() * 2);
    std::string header;
    auto const put = [&](std::uint32_t value, int count) {
        for (int i = 0; i < count; ++i) header += static_cast<char>(value >> (8 * i) & 0xFFU);
    };
    auto const rate = static_cast<std::uint32_t>(narration.sample_rate);
    header += "RIFF";
    put(36 + bytes, 4);
    header += "WAVEfmt ";
    put(16, 4);
    put(1, 2);
    put(1, 2);
    put(rate, 4);
    put(rate * 2, 4);
    put(2, 2);
    put(16, 2);
    header += "data";
    put(bytes, 4);
    std::ofstream out(path, std::ios::binary);
    out << header;
    out.write(reinterpret_cast<char const*>(narration.samples.data()), bytes);
}

/// Synthesised speech, whose times are exact, against what the recogniser hears and against the aligned text.
inline std::vector<double> narrated_errors(bool aligned)
{
    base::TemporaryFolder const folder;
    std::vector<double> errors;
    for (auto const* text : {"The boat came into the harbour early in the morning, and nobody was there to see it.",
                             "She opened the window. The garden was full of birds, but the house was quiet.",
                             "We have three hours to find the old man and bring him back to the city.",
                             "Time and again the water returned. In the end, people left the village for good."}) {
        auto const narration = media::speech::narrate(text);
        auto const path = folder.path() / "speech.wav";
        write_wav(path, narration);
        base::SystemClock const clock;
        auto const heard =
            aligned ? media::speech::align(path, text, {}, clock)
                    : media::speech::transcribe({.input = path.string(), .spans = {}, .script = ""}, {}, clock);
        auto const part = start_errors(narration.words, heard.words);
        errors.insert(errors.end(), part.begin(), part.end());
    }
    return errors;
}

/// Real readings: the recogniser's times against those of the known text, aligned.
inline std::vector<double> librivox_errors()
{
    std::vector<double> errors;
    for (auto const& line : base::split(base::read_file(sample("tests/librivox/transcription"), 1 << 16), '\n')) {
        auto const end = line.find(" </s>");
        if (end == std::string::npos) continue;
        auto const name = line.substr(line.find('(') + 1, line.rfind(')') - line.find('(') - 1);
        auto const path = sample("tests/librivox/" + name + ".wav");
        base::SystemClock const clock;
        auto const reference = media::speech::align(path, line.substr(4, end - 4), {}, clock);
        auto const heard = media::speech::transcribe({.input = path.string(), .spans = {}, .script = ""}, {}, clock);
        auto const part = start_errors(reference.words, heard.words);
        errors.insert(errors.end(), part.begin(), part.end());
    }
    return errors;
}

} // namespace test
