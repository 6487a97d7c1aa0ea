#include "media/picture/frame_source.h"

#include "base/error.h"

#include <cmath>

namespace media {

static constexpr std::size_t queue_max = 4;
static constexpr int height_max = 2160;

static std::int64_t frame_count(plan::EditPlan const& plan, double rate)
{
    return std::max<std::int64_t>(1, std::llround(plan.duration_seconds() * rate));
}

static plan::EditPlan const& with_picture(plan::EditPlan const& plan, Decoder const& decoder)
{
    if (!decoder.has_video())
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give a file with a picture"},
                   "{}: there is no picture in it, only sound", plan.source);
    return plan;
}

FrameSource::FrameSource(plan::EditPlan const& plan, std::stop_token stop)
    : plan_(plan), rate_(static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator),
      frames_total_(frame_count(plan, rate_)), decoder_(plan.source, {.want_audio = false}, std::move(stop)),
      normaliser_(with_picture(plan, decoder_).source.empty() ? 0 : decoder_.info().video->rotation_degrees, height_max)
{
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
    double clip_start = 0;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < plan_.cuts.size() && !stop.stop_requested(); ++i) {
        auto const& cut = plan_.cuts[i];
        auto const clip_end = clip_start + cut.length();
        auto const last = i + 1 == plan_.cuts.size() ? frames_total_ : std::llround(clip_end * rate_);
        run_cut(cut, first, last, clip_start, stop);
        first = last;
        clip_start = clip_end;
    }
}

bool FrameSource::decode_into(std::deque<std::pair<std::shared_ptr<Picture const>, double>>& pictures)
{
    auto const keep = [&](Picture picture, double seconds) {
        pictures.emplace_back(std::make_shared<Picture const>(std::move(picture)), seconds);
    };
    Item item;
    if (!decoder_.next(item)) {
        normaliser_.flush(keep);
        return false;
    }
    normaliser_.push(item, keep);
    return true;
}

/// Clip frames [first, last) of one cut. The picture for a moment is the newest that has begun by then; half a
/// microsecond of grace keeps rounding from showing each picture one frame late.
void FrameSource::run_cut(plan::Cut const& cut, std::int64_t first, std::int64_t last, double clip_start,
                          std::stop_token const& stop)
{
    if (first >= last) return;
    decoder_.seek(cut.start);
    std::deque<std::pair<std::shared_ptr<Picture const>, double>> pictures;
    auto more = true;
    for (auto frame = first; frame < last && !stop.stop_requested(); ++frame) {
        auto const moment = cut.start + static_cast<double>(frame) / rate_ - clip_start + 5e-7;
        while (more && (pictures.size() < 2 || pictures.back().second <= moment)) more = decode_into(pictures);
        while (pictures.size() > 1 && pictures[1].second <= moment) pictures.pop_front();
        if (pictures.empty())
            base::fail(base::ErrorCode::InvalidInput, base::Next{"check the cut with `ettametta probe`"},
                       "{}: no picture at {:.3f} s", plan_.source, cut.start);
        give({pictures.front().first, frame}, stop);
    }
    normaliser_.flush([](Picture const&, double) {});
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
