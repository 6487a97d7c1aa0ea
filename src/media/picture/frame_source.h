#pragma once
#include "media/filter.h"
#include "media/picture/normalise.h"
#include "plan/timeline.h"

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
    bool corrupt = false;   ///< shows a damaged part of the source
};

/// Frames [first, last) of the clip.
struct FrameRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t length() const { return last - first; }
};

/// How many frames the clip has.
std::int64_t frame_count(plan::EditPlan const& plan);

/// A frame shows the newest of the source's pictures that begins by a moment of the source; this one where no filter
/// bends time.
double shown_by(plan::Timeline const& timeline, double rate, std::int64_t frame);

/// Decodes the plan's cuts in a thread of its own and gives one picture for each frame of the clip, in order, at a
/// constant rate: of a source with any timing and at any speed, the picture that shows at that moment.
class FrameSource {
public:
    /// Without ranges all of the clip; else only these frames, ascending.
    FrameSource(plan::EditPlan const& plan, std::stop_token stop, std::vector<FrameRange> ranges = {});
    ~FrameSource();
    /// False after the last frame. Errors of the decoder are raised here. Safe to call from several threads.
    bool next(SourceFrame& out);
    std::int64_t frames_total() const { return frames_total_; }
    plan::MediaInfo const& info() const { return decoder_.info(); }

private:
    struct Decoded {
        std::shared_ptr<Picture const> picture;
        double seconds = 0;
        bool corrupt = false;
    };
    void run(std::stop_token const& stop);
    double source_moment(std::int64_t frame) const;
    SourceFrame picture_for(std::int64_t frame);
    void go_to(double moment);
    void pass(double shown_by);
    bool decode_more();
    void give(SourceFrame frame, std::stop_token const& stop);

    plan::EditPlan const& plan_;
    plan::Timeline timeline_;
    double rate_;
    std::int64_t frames_total_;
    std::vector<FrameRange> ranges_;
    std::vector<Effect> effects_; ///< those that bend time
    Decoder decoder_;
    Normaliser normaliser_;
    std::deque<Decoded> pictures_; ///< the one that shows, and those after it
    double sought_ = 0;            ///< the moment of the last seek
    bool passed_ = false;          ///< pictures since then were let go
    bool more_ = true;             ///< the decoder may have another
    bool corrupt_ = false;         ///< something between the picture before and the next could not be decoded
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<SourceFrame> queue_;
    std::exception_ptr error_;
    bool ended_ = false;
    std::jthread thread_;
};

} // namespace media
