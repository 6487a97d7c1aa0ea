#include "media/picture/frame_source.h"

#include "base/error.h"

#include <cmath>

namespace media {

static constexpr std::size_t queue_max = 1;
static constexpr int height_max = 2160;
/// A picture shows from a little before its time on: containers round times to milliseconds.
static constexpr double grace_seconds = 0.0006;
/// A de-interlacer looks at the picture before: it is decoded too, so that where decoding begins changes nothing.
static constexpr double run_up_seconds = 0.15;

static double rate_of(plan::Canvas const& canvas)
{
    return static_cast<double>(canvas.rate_numerator) / canvas.rate_denominator;
}

std::int64_t frame_count(plan::EditPlan const& plan)
{
    return std::max<std::int64_t>(1, std::llround(plan::Timeline(plan.cuts).duration() * rate_of(plan.canvas)));
}

/// Rounding must not show the cut before at a cut's first frame.
static double source_at(plan::Timeline const& timeline, double clip_seconds)
{
    return timeline.at(clip_seconds + 1e-7).source;
}

double shown_by(plan::Timeline const& timeline, double rate, std::int64_t frame)
{
    return source_at(timeline, static_cast<double>(frame) / rate) + std::min(grace_seconds, 0.25 / rate);
}

static plan::EditPlan const& with_picture(plan::EditPlan const& plan, Decoder const& decoder)
{
    if (!decoder.has_video())
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give a file with a picture"},
                   "{}: there is no picture in it, only sound", plan.source);
    return plan;
}

FrameSource::FrameSource(plan::EditPlan const& plan, std::stop_token stop, std::vector<FrameRange> ranges)
    : plan_(plan), timeline_(plan.cuts), rate_(rate_of(plan.canvas)), frames_total_(frame_count(plan)),
      ranges_(std::move(ranges)), decoder_(plan.source, {.want_audio = false}, std::move(stop)),
      normaliser_(with_picture(plan, decoder_).source.empty() ? 0 : decoder_.info().video->rotation_degrees, height_max)
{
    if (ranges_.empty()) ranges_ = {{0, frames_total_}};
    for (auto const& call : plan.filters)
        if (auto effect = make_filter(call); effect.time) effects_.push_back(std::move(effect));
    thread_ = std::jthread([this](std::stop_token const& token) {
        try {
            run(token);
        } catch (...) {
            std::scoped_lock const lock(mutex_);
            error_ = std::current_exception();
        }
        std::scoped_lock const lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    });
}

FrameSource::~FrameSource() = default;

void FrameSource::run(std::stop_token const& stop)
{
    for (auto const& range : ranges_)
        for (auto frame = range.first; frame < range.last && !stop.stop_requested(); ++frame)
            give(picture_for(frame), stop);
}

/// The moment of the source that a frame of the clip shows.
double FrameSource::source_moment(std::int64_t frame) const
{
    Moment const moment{static_cast<double>(frame) / rate_, timeline_.duration(), frame, plan_.seed};
    auto at = moment.at;
    for (auto const& effect : effects_) at = effect.time(at, moment);
    return source_at(timeline_, at);
}

bool FrameSource::decode_more()
{
    auto const keep = [&](Picture picture, double seconds) {
        pictures_.push_back({std::make_shared<Picture const>(std::move(picture)), seconds, corrupt_});
        corrupt_ = false;
    };
    Item item;
    if (!decoder_.next(item)) {
        normaliser_.flush(keep);
        return false;
    }
    corrupt_ = corrupt_ || item.corrupt;
    normaliser_.push(item, keep);
    return true;
}

void FrameSource::go_to(double moment)
{
    auto const interlaced = decoder_.info().video->interlaced;
    decoder_.seek(std::max(0.0, moment - (interlaced ? run_up_seconds : 0)));
    normaliser_.flush([](Picture const&, double) {});
    pictures_.clear();
    sought_ = moment;
    passed_ = false;
    more_ = true;
    corrupt_ = false;
}

/// Lets go of pictures that show no longer.
void FrameSource::pass(double shown_by)
{
    while (pictures_.size() > 1 && pictures_[1].seconds <= shown_by) {
        pictures_.pop_front();
        passed_ = true;
    }
}

/// The newest picture that has begun by then.
SourceFrame FrameSource::picture_for(std::int64_t frame)
{
    auto const moment = source_moment(frame);
    auto const shown_by = moment + std::min(grace_seconds, 0.25 / rate_);
    auto const back = !pictures_.empty() && shown_by < pictures_.front().seconds && (passed_ || moment < sought_);
    if (pictures_.empty() || back || (more_ && decoder_.worth_seeking(pictures_.back().seconds, moment))) go_to(moment);
    while (more_ && (pictures_.size() < 2 || pictures_.back().seconds <= shown_by)) {
        more_ = decode_more();
        pass(shown_by);
    }
    pass(shown_by);
    if (pictures_.empty())
        base::fail(base::ErrorCode::InvalidInput, base::Next{"check the cut with `ettametta probe`"},
                   "{}: no picture at {:.3f} s", plan_.source, moment);
    return {pictures_.front().picture, frame, pictures_.front().corrupt};
}

void FrameSource::give(SourceFrame frame, std::stop_token const& stop)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return queue_.size() < queue_max; });
    queue_.push_back(std::move(frame));
    changed_.notify_all();
}

bool FrameSource::next(SourceFrame& out)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !queue_.empty() || ended_; });
    if (queue_.empty()) {
        if (error_) std::rethrow_exception(error_);
        return false;
    }
    out = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    return true;
}

} // namespace media
