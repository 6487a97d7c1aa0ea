#pragma once
#include "plan/analysis.h"

#include <memory>
#include <vector>

namespace cv {
class Mat;
}

namespace media::analysis {

/// A face in one picture, and how its mouth has moved since the picture looked at before.
struct Sighting {
    plan::Face face;
    struct Mouth {
        double at = 0;
        double motion = 0; ///< 0..1, above that of the rest of the face
    };
    std::vector<Mouth> mouth = {};
};

/// Finds faces that look at the camera in small grey pictures (Haar cascade, OpenCV).
class FaceFinder {
public:
    /// Unavailable where OpenCV's cascades are not installed.
    FaceFinder();
    ~FaceFinder();
    FaceFinder(FaceFinder const&) = delete;
    FaceFinder& operator=(FaceFinder const&) = delete;

    /// An upright grey picture, about 270 pixels on its longer side, and its U and V (two channels, any size). Pictures
    /// come in order; `look` says whether this one is searched, the others only tell how mouths move.
    void add(double at, cv::Mat const& picture, cv::Mat const& chroma, bool look);
    /// For each picture that was searched, what was found in it.
    std::vector<std::vector<Sighting>> const& pictures() const { return pictures_; }

private:
    struct State;
    std::vector<Sighting> find(double at, cv::Mat const& picture, cv::Mat const& chroma) const;
    std::unique_ptr<State> state_;
    std::vector<std::vector<Sighting>> pictures_;
};

} // namespace media::analysis
