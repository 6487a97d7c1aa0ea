#pragma once
#include "plan/analysis.h"

#include <memory>
#include <optional>
#include <vector>

namespace cv {
class Mat;
}

namespace media::analysis {

/// How the whole picture moves from one to the next (phase correlation): what a held camera's shake looks like.
class CameraMeter {
public:
    CameraMeter();
    ~CameraMeter();
    /// Small upright grey pictures in order.
    void add(double at, cv::Mat const& picture);
    std::vector<plan::CameraStep> const& steps() const { return steps_; }

private:
    struct State;
    std::unique_ptr<State> state_;
    std::vector<plan::CameraStep> steps_;
};

} // namespace media::analysis
