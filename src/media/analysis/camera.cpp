#include "media/analysis/camera.h"

#include <opencv2/imgproc.hpp>

namespace media::analysis {

static constexpr double certain_min = 0.08; // response of the correlation; below it the pictures have nothing in common
static constexpr double step_max = 0.25;    // of the picture's side: a cut, not a camera

struct CameraMeter::State {
    cv::Mat before;
    cv::Mat window;
};

CameraMeter::CameraMeter() : state_(std::make_unique<State>()) {}
CameraMeter::~CameraMeter() = default;

void CameraMeter::add(double at, cv::Mat const& picture)
{
    cv::Mat now;
    picture.convertTo(now, CV_32F);
    plan::CameraStep step{at, 0, 0};
    if (state_->before.size() == now.size()) {
        if (state_->window.size() != now.size()) cv::createHanningWindow(state_->window, now.size(), CV_32F);
        double response = 0;
        auto const shift = cv::phaseCorrelate(state_->before, now, state_->window, &response);
        auto const x = shift.x / now.cols;
        auto const y = shift.y / now.rows;
        if (response >= certain_min && std::abs(x) < step_max && std::abs(y) < step_max) step = {at, x, y};
    }
    steps_.push_back(step);
    state_->before = now;
}

} // namespace media::analysis
