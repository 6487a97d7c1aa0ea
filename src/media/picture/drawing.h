#pragma once
#include "media/picture/compositor.h"
#include "media/picture/frame_facts.h"
#include "media/picture/frame_source.h"
#include "media/picture/picture_pool.h"

#include <map>
#include <optional>

namespace media {

/// A finished frame of the clip, before the encoder.
struct DrawnFrame {
    std::int64_t frame = 0;
    Picture picture;
    std::uint64_t hash = 0;
    Signature drawn;  ///< of the finished picture
    Signature source; ///< of what it was made of
    bool corrupt = false;
};

/// Decodes in one thread and draws in others, ahead of whoever takes the frames; they come in order. What is drawn does
/// not depend on the number of threads.
class Drawing {
public:
    /// workers: 0 for as many as suit the machine.
    Drawing(plan::EditPlan const& plan, std::stop_token const& stop, std::vector<FrameRange> ranges, int workers = 0);
    ~Drawing();
    /// Nothing after the last frame. Errors of decoder and compositor are raised here.
    std::optional<DrawnFrame> next();

private:
    void work(std::stop_token const& stop);
    void draw_all(std::stop_token const& stop);

    plan::EditPlan const& plan_;
    FrameSource source_;
    PicturePool pool_;
    std::mutex taking_; ///< of the source's frames, so that they are numbered in order
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::int64_t, DrawnFrame> ready_; ///< by number
    std::int64_t taken_ = 0;                   ///< frames that workers took from the source
    std::int64_t given_ = 0;                   ///< frames that next() gave out
    std::size_t window_;                       ///< how many may lie between the two
    std::size_t working_ = 0;
    std::exception_ptr error_;
    std::vector<std::jthread> threads_;
};

} // namespace media
