#pragma once
#include "media/analysis/faces.h"
#include "media/analysis/shots.h"
#include "media/decoder.h"

#include <optional>

namespace media::analysis {

/// What is seen: shots, motion and faces, out of pictures that come in order.
class PictureMeter {
public:
    /// sparse: key frames alone, seconds apart.
    PictureMeter(plan::VideoStream const& video, bool faces, bool sparse, double duration);
    void add(Item const& item);
    void finish(plan::Analysis& analysis);

private:
    void add_motion(Look const& look);
    void look_for_faces(Item const& item);
    std::uint8_t* scale(AVFrame const& frame, Scaler& scaler, std::vector<std::uint8_t>& into, int width, int height,
                        AVPixelFormat format) const;

    plan::VideoStream video_;
    bool sparse_;
    double duration_;
    double face_interval_;
    std::optional<FaceFinder> faces_;
    ShotFinder shots_;
    Scaler look_scaler_;
    Scaler face_scaler_;
    std::vector<std::uint8_t> look_pixels_;
    std::vector<std::uint8_t> face_pixels_;
    std::optional<Look> motion_from_;
    std::vector<double> motion_sum_;
    std::vector<int> motion_count_;
    std::optional<double> last_look_;
    std::optional<double> last_face_;
};

} // namespace media::analysis
