#pragma once
#include "media/analysis/camera.h"
#include "media/analysis/faces.h"
#include "media/analysis/text_regions.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <opencv2/core.hpp>
#include <optional>
#include <thread>

namespace media::analysis {

/// One picture for the slow part of the analysis. Upright; grey but for its chroma.
struct ClosePicture {
    double at = 0;
    cv::Mat chroma;         ///< U and V, much smaller still, where faces are looked for
    cv::Mat small;          ///< about 270 pixels on the longer side
    bool for_faces = false; ///< also goes to the mouths; `look` searches it
    bool look = false;
    cv::Mat large; ///< for writing; empty where it is not its turn
};

/// Faces, writing, sharpness and camera, in a thread beside the decoder. Waits where the decoder is far ahead, so
/// memory is bounded.
class CloserLook {
public:
    struct Wanted {
        bool faces = true;
        bool text = true;
        bool camera = false;
        double text_interval = 1; ///< seconds
    };
    explicit CloserLook(Wanted wanted);
    ~CloserLook();

    void add(ClosePicture picture);
    /// Ends the work; what the thread ran into is raised here.
    void finish();

    // After finish():
    std::vector<std::vector<Sighting>> const& sightings() const;
    std::vector<plan::TextRegion> text_regions(double duration) const;
    std::vector<plan::CameraStep> const& camera() const { return camera_.steps(); }
    plan::Curve sharpness() const;

private:
    void run();
    void look_at(ClosePicture const& picture);

    Wanted wanted_;
    std::optional<FaceFinder> faces_;
    std::optional<TextFinder> text_;
    CameraMeter camera_;
    std::vector<double> sharpness_; ///< one for each half second; below 0 where nothing was measured
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<ClosePicture> queue_;
    std::exception_ptr error_;
    bool ended_ = false;
    std::thread thread_;
};

} // namespace media::analysis
