#pragma once
#include "plan/analysis.h"

#include <memory>
#include <vector>

namespace media::analysis {

struct GreyPicture {
    std::uint8_t const* pixels = nullptr;
    int width = 0;
    int height = 0;
    int stride = 0;
};

/// Finds faces that look at the camera in small grey pictures (Haar cascade, OpenCV).
class FaceFinder {
public:
    /// Unavailable where OpenCV's cascades are not installed.
    FaceFinder();
    ~FaceFinder();
    FaceFinder(FaceFinder const&) = delete;
    FaceFinder& operator=(FaceFinder const&) = delete;

    /// A grey picture, about 320 pixels on its longer side, to be turned clockwise by 0, 90, 180 or 270 degrees.
    void add(double at, GreyPicture const& picture, int rotation_degrees);
    /// Faces that were seen in at least two neighbouring pictures: what shows up once is mostly no face.
    std::vector<plan::Face> finish() const;

private:
    struct Cascade;
    std::unique_ptr<Cascade> cascade_;
    std::vector<std::vector<plan::Face>> pictures_;
};

/// Keeps faces with a match at about the same place in the picture before or after.
std::vector<plan::Face> steady_faces(std::vector<std::vector<plan::Face>> const& pictures);

} // namespace media::analysis
