#pragma once
#include "media/input.h"
#include "media/output/parameter_sets.h"
#include "media/picture/frame_source.h"

#include <optional>

namespace media {

/// Pictures of the source that go into the clip as they are coded: whole groups, from one IDR picture to before
/// another.
struct CopiedRun {
    FrameRange frames;            ///< of the clip
    std::int64_t first_shown = 0; ///< time of its first picture, in the source stream's units
    std::int64_t first_coded = 0; ///< decoding time of the same
    std::int64_t delay = 0;       ///< frames by which the latest picture is decoded too early to be shown in order
};

/// A plan that only cuts needs no new pictures but at the edges of its cuts.
class SmartCopy {
public:
    /// Nothing where the plan changes pictures, or where the source is not such that its coded pictures can stand in
    /// the clip; `reason` says why.
    static std::optional<SmartCopy> plan(plan::EditPlan const& plan, std::stop_token const& stop, std::string& reason);

    std::vector<CopiedRun> const& runs() const { return runs_; }
    std::int64_t frames() const;
    ParameterSets const& parameter_sets() const { return sets_; }
    AVCodecParameters const& parameters() const { return *stream_->codecpar; }
    std::int64_t bytes() const { return input_->size_bytes(); }
    /// Gives the packets of a run in decoding order, each with the frame of the clip that it shows.
    void read(CopiedRun const& run, std::function<void(AVPacket&, std::int64_t frame)> const& sink);

private:
    /// Pictures from one IDR picture to before the next one.
    struct Group {
        std::vector<std::int64_t> shown; ///< ascending
        std::int64_t first_coded = 0;
        std::int64_t delay = 0;
        bool whole = true; ///< all that is needed to show it lies in it
    };
    void open(plan::EditPlan const& plan, std::stop_token const& stop);
    bool is_usable(std::string& reason) const;
    void read_groups();
    void close_group(double rate);
    void match(plan::EditPlan const& plan);
    std::optional<CopiedRun> match(Group const& group, std::int64_t next_shown, std::size_t cut, double rate,
                                   plan::Timeline const& timeline) const;
    double seconds(std::int64_t time) const { return to_seconds(time, stream_->time_base) - origin_; }

    std::unique_ptr<Input> input_;
    plan::MediaInfo info_;
    AVStream* stream_ = nullptr;
    double origin_ = 0;
    double rate_ = 0;
    ParameterSets sets_;
    std::vector<Group> groups_;
    std::vector<CopiedRun> runs_;
};

} // namespace media
