#pragma once
#include "media/analysis/closer_look.h"
#include "media/analysis/focus.h"
#include "media/analysis/palette.h"
#include "media/analysis/shots.h"
#include "media/decoder.h"

#include <optional>
#include <span>

namespace media::analysis {

/// What is seen, out of pictures that come in order: shots, motion, brightness and colours at once, and what takes
/// longer in a thread beside it.
class PictureMeter {
public:
    struct Options {
        CloserLook::Wanted wanted = {};
        bool sparse = false; ///< key frames alone, seconds apart
        double duration = 0;
    };
    PictureMeter(plan::VideoStream const& video, Options const& options);
    void add(Item const& item);
    void finish(plan::Analysis& analysis);
    PaletteMeter const& palette() const { return palette_; }
    std::vector<std::vector<Sighting>> const& sightings() const { return closer_.sightings(); }

private:
    struct Sums {
        std::vector<double> sum;
        std::vector<int> count;
        void add(double at, double value);
        plan::Curve curve(bool hold) const;
    };

    void add_motion(Look const& look);
    void look_closer(Item const& item, std::span<std::uint8_t const* const, 3> planes);
    cv::Mat turned(cv::Mat const& stored) const;
    cv::Mat upright(AVFrame const& frame, Scaler& scaler, int longer_side);
    std::uint8_t* scale(AVFrame const& frame, Scaler& scaler, int width, int height, AVPixelFormat format);

    plan::VideoStream video_;
    Options options_;
    double face_interval_;
    CloserLook closer_;
    ShotFinder shots_;
    PaletteMeter palette_;
    FocusMeter focus_;
    Scaler look_scaler_;
    Scaler small_scaler_;
    Scaler large_scaler_;
    std::vector<std::uint8_t> pixels_;
    std::optional<Look> motion_from_;
    Sums motion_;
    Sums brightness_;
    std::int64_t corrupt_ = 0;
    std::optional<double> last_look_;
    std::optional<double> last_small_;
    std::optional<double> last_face_;
    std::optional<double> last_text_;
};

} // namespace media::analysis
