#pragma once
#include "plan/analysis.h"

#include <memory>
#include <vector>

namespace cv {
class Mat;
}

namespace media::analysis {

/// Finds writing that stands in the picture: places dense in strokes that stay put from one look to the next, and are
/// then read (Tesseract). What can't be read is not told: foliage and brickwork look like writing, too.
class TextFinder {
public:
    /// Unavailable where Tesseract's English model is not installed.
    TextFinder();
    ~TextFinder();
    TextFinder(TextFinder const&) = delete;
    TextFinder& operator=(TextFinder const&) = delete;

    /// Upright grey pictures in order, about `look_seconds` apart, best 1280 pixels on the longer side.
    void add(double at, cv::Mat const& picture, double look_seconds);
    /// Regions in order of their start.
    std::vector<plan::TextRegion> finish(double duration) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace media::analysis
