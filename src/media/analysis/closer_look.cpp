#include "media/analysis/closer_look.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace media::analysis {

namespace {

constexpr std::size_t queue_max = 8;
constexpr double sharpness_step = 0.5;
constexpr std::size_t sharpness_steps_max = 48 * 3600 * 2;
constexpr double usual_share = 0.98; ///< the sharpest pictures of a film are its 1; single spikes are noise

} // namespace

CloserLook::CloserLook(Wanted wanted) : wanted_(wanted)
{
    if (wanted.faces) faces_.emplace();
    if (wanted.text) text_.emplace();
    thread_ = std::thread([this] {
        try {
            run();
        } catch (...) {
            std::scoped_lock const lock(mutex_);
            error_ = std::current_exception();
            queue_.clear();
            changed_.notify_all();
        }
    });
}

CloserLook::~CloserLook()
{
    {
        std::scoped_lock const lock(mutex_);
        ended_ = true;
        queue_.clear();
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void CloserLook::add(ClosePicture picture)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return queue_.size() < queue_max || error_; });
    if (error_) std::rethrow_exception(error_);
    queue_.push_back(std::move(picture));
    changed_.notify_all();
}

void CloserLook::finish()
{
    {
        std::scoped_lock const lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    if (error_) std::rethrow_exception(error_);
}

void CloserLook::run()
{
    for (;;) {
        ClosePicture picture;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return !queue_.empty() || ended_; });
            if (queue_.empty()) return;
            picture = std::move(queue_.front());
            queue_.pop_front();
            changed_.notify_all();
        }
        look_at(picture);
    }
}

/// Variance of the Laplacian: high where edges are crisp (Pech-Pacheco et al., 2000).
static double sharpness_of(cv::Mat const& picture)
{
    cv::Mat edges;
    cv::Laplacian(picture, edges, CV_16S);
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(edges, mean, deviation);
    return deviation[0] * deviation[0];
}

void CloserLook::look_at(ClosePicture const& picture)
{
    if (wanted_.camera) camera_.add(picture.at, picture.small);
    if (faces_ && picture.for_faces) faces_->add(picture.at, picture.small, picture.chroma, picture.look);
    if (picture.look) {
        auto const step = static_cast<std::size_t>(std::max(0.0, picture.at) / sharpness_step);
        if (step < sharpness_steps_max) {
            if (sharpness_.size() <= step) sharpness_.resize(step + 1, -1);
            sharpness_[step] = std::max(sharpness_[step], sharpness_of(picture.small));
        }
    }
    if (text_ && !picture.large.empty()) text_->add(picture.at, picture.large, wanted_.text_interval);
}

std::vector<std::vector<Sighting>> const& CloserLook::sightings() const
{
    static std::vector<std::vector<Sighting>> const none;
    return faces_ ? faces_->pictures() : none;
}

std::vector<plan::TextRegion> CloserLook::text_regions(double duration) const
{
    return text_ ? text_->finish(duration) : std::vector<plan::TextRegion>{};
}

plan::Curve CloserLook::sharpness() const
{
    plan::Curve curve{sharpness_step, sharpness_};
    auto sorted = sharpness_;
    std::sort(sorted.begin(), sorted.end());
    auto const highest =
        sorted.empty() ? 0.0 : sorted[static_cast<std::size_t>(usual_share * static_cast<double>(sorted.size() - 1))];
    double before = 0; // steps without a picture show the one before
    for (auto& value : curve.values) {
        value = value < 0 ? before : highest > 0 ? std::min(1.0, value / highest) : 0;
        before = value;
    }
    return curve;
}

} // namespace media::analysis
