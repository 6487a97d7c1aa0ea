#pragma once
#include "media/picture/normalise.h"
#include "plan/edit_plan.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace media {

/// The source picture for one frame of the clip. Frames that a slow source shows longer share one picture.
struct SourceFrame {
    std::shared_ptr<Picture const> picture;
    std::int64_t frame = 0; ///< of the clip
};

/// Decodes the plan's cuts in a thread of its own and gives one picture for each frame of the clip, in order, at a
/// constant rate: of a source with any timing, the picture that shows at that moment.
class FrameSource {
public:
    FrameSource(plan::EditPlan const& plan, std::stop_token stop);
    ~FrameSource();
    /// False after the last frame. Errors of the decoder are raised here.
    bool next(SourceFrame& out);
    std::int64_t frames_total() const { return frames_total_; }
    plan::MediaInfo const& info() const { return decoder_.info(); }

private:
    void run(std::stop_token const& stop);
    void run_cut(plan::Cut const& cut, std::int64_t first, std::int64_t last, double clip_start,
                 std::stop_token const& stop);
    bool decode_into(std::deque<std::pair<std::shared_ptr<Picture const>, double>>& pictures);
    void give(SourceFrame frame, std::stop_token const& stop);

    plan::EditPlan const& plan_;
    double rate_;
    std::int64_t frames_total_;
    Decoder decoder_;
    Normaliser normaliser_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<SourceFrame> queue_;
    std::exception_ptr error_;
    bool ended_ = false;
    std::jthread thread_;
};

} // namespace media
