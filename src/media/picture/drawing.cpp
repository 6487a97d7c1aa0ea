#include "media/picture/drawing.h"

#include <algorithm>

namespace media {

static constexpr int workers_max = 4;
static constexpr std::size_t ahead = 3; ///< finished pictures that wait for the encoder while it starts a new chunk

/// Half of the cores: decoder and encoder have threads of their own.
static int worker_count(int wanted)
{
    auto const cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return std::clamp(wanted > 0 ? wanted : cores / 2, 1, workers_max);
}

Drawing::Drawing(plan::EditPlan const& plan, std::stop_token const& stop, std::vector<FrameRange> ranges, int workers)
    : plan_(plan), source_(plan, stop, std::move(ranges)), pool_(plan.canvas.width, plan.canvas.height),
      window_(ahead + static_cast<std::size_t>(worker_count(workers)))
{
    working_ = static_cast<std::size_t>(worker_count(workers));
    for (int i = 0; i < worker_count(workers); ++i)
        threads_.emplace_back([this](std::stop_token const& token) { work(token); });
}

Drawing::~Drawing()
{
    for (auto& thread : threads_) thread.request_stop();
}

void Drawing::work(std::stop_token const& stop)
{
    try {
        draw_all(stop);
    } catch (...) {
        std::scoped_lock const lock(mutex_);
        if (!error_) error_ = std::current_exception();
    }
    std::scoped_lock const lock(mutex_);
    --working_;
    changed_.notify_all();
}

void Drawing::draw_all(std::stop_token const& stop)
{
    Compositor compositor(plan_, source_.info());
    for (;;) {
        SourceFrame source;
        std::int64_t number = 0;
        {
            std::scoped_lock const turn(taking_);
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [&] { return error_ || static_cast<std::size_t>(taken_ - given_) < window_; });
            if (error_ || stop.stop_requested()) return;
            number = taken_++;
            lock.unlock();
            if (!source_.next(source)) return;
        }
        auto picture = pool_.take();
        compositor.draw(*source.picture, source.frame, picture);
        auto const hash = picture_hash(picture);
        Signature const drawn(picture);
        Signature const of_source(*source.picture);
        std::scoped_lock const lock(mutex_);
        ready_.emplace(number, DrawnFrame{source.frame, std::move(picture), hash, drawn, of_source, source.corrupt});
        changed_.notify_all();
    }
}

std::optional<DrawnFrame> Drawing::next()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return error_ || working_ == 0 || ready_.contains(given_); });
    if (error_) std::rethrow_exception(error_);
    auto const found = ready_.find(given_);
    if (found == ready_.end()) return std::nullopt;
    std::optional<DrawnFrame> out(std::move(found->second));
    ready_.erase(found);
    ++given_;
    changed_.notify_all();
    return out;
}

} // namespace media
