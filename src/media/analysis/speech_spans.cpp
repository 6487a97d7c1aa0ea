#include "media/analysis/speech_spans.h"

namespace media::analysis {

static constexpr std::size_t block_samples = 60 * speech::sample_rate;
static constexpr double breath_seconds = 0.25;
static constexpr double gap_seconds = 0.05; // in the file's own timestamps

void SpeechFinder::add(AVFrame const& frame, double seconds)
{
    auto const expected = block_start_ + static_cast<double>(block_.size()) / speech::sample_rate;
    if (block_.empty() || std::abs(seconds - expected) > gap_seconds) {
        close_block();
        block_start_ = seconds;
    }
    auto const samples = converter_.convert(frame);
    block_.insert(block_.end(), samples.begin(), samples.end());
    if (block_.size() >= block_samples) close_block();
}

void SpeechFinder::close_block()
{
    for (auto const& utterance : speech::find_utterances(block_)) {
        plan::Span const span{block_start_ + static_cast<double>(utterance.begin) / speech::sample_rate,
                              block_start_ + static_cast<double>(utterance.end) / speech::sample_rate};
        if (!spans_.empty() && span.start - spans_.back().end < breath_seconds)
            spans_.back().end = span.end;
        else
            spans_.push_back(span);
    }
    block_start_ += static_cast<double>(block_.size()) / speech::sample_rate;
    block_.clear();
}

std::vector<plan::Span> SpeechFinder::finish()
{
    close_block();
    return std::move(spans_);
}

} // namespace media::analysis
