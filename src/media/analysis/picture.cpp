#include "media/analysis/picture.h"

#include <algorithm>
#include <cmath>
#include <new>

extern "C" {
#include <libavutil/imgutils.h>
}

namespace media::analysis {

namespace {

constexpr double look_interval = 1.0 / 31; ///< 60 pictures a second tell no more than 30
constexpr double motion_interval = 0.1;    ///< so that motion does not depend on the frame rate
constexpr double motion_step_seconds = 0.5;
constexpr std::size_t motion_steps_max = 48 * 3600 * 2;
constexpr double face_interval_min = 0.5;
constexpr double face_interval_sparse = 2;
constexpr double face_pictures_max = 3000; ///< of one film, about 30 ms each
constexpr int face_side = 320;
constexpr double jitter = 0.004; ///< of timestamps against the intervals above

} // namespace

PictureMeter::PictureMeter(plan::VideoStream const& video, bool faces, bool sparse, double duration)
    : video_(video), sparse_(sparse), duration_(duration),
      face_interval_(std::max(sparse ? face_interval_sparse : face_interval_min, duration / face_pictures_max)),
      shots_(sparse)
{
    if (faces) faces_.emplace();
}

void PictureMeter::add(Item const& item)
{
    if (last_look_ && item.seconds < *last_look_ + look_interval - jitter) return;
    last_look_ = item.seconds;
    auto const* pixels = scale(*item.frame, look_scaler_, look_pixels_, look_width, look_height, AV_PIX_FMT_YUV444P);
    constexpr auto plane = look_width * look_height;
    std::uint8_t const* const planes[] = {pixels, pixels + plane, pixels + 2 * plane};
    int const strides[] = {look_width, look_width, look_width};
    auto look = make_look(item.seconds, planes, strides);
    add_motion(look);
    shots_.add(std::move(look));
    if (faces_ && (!last_face_ || item.seconds >= *last_face_ + face_interval_ - jitter)) look_for_faces(item);
}

void PictureMeter::add_motion(Look const& look)
{
    if (motion_from_ && look.at < motion_from_->at + motion_interval - jitter) return;
    auto const step = static_cast<std::size_t>(std::max(0.0, look.at) / motion_step_seconds);
    if (motion_from_ && step < motion_steps_max) {
        if (motion_sum_.size() <= step) {
            motion_sum_.resize(step + 1);
            motion_count_.resize(step + 1);
        }
        motion_sum_[step] += luma_difference(*motion_from_, look);
        ++motion_count_[step];
    }
    motion_from_ = look;
}

void PictureMeter::look_for_faces(Item const& item)
{
    last_face_ = item.seconds;
    auto const sideways = video_.rotation_degrees % 180 != 0;
    auto const width = sideways ? video_.height : video_.width; // as stored, with square pixels
    auto const height = sideways ? video_.width : video_.height;
    auto const shrink = std::min(1.0, static_cast<double>(face_side) / std::max(width, height));
    auto const small_width = std::max(2, static_cast<int>(std::lround(width * shrink)));
    auto const small_height = std::max(2, static_cast<int>(std::lround(height * shrink)));
    auto const* pixels = scale(*item.frame, face_scaler_, face_pixels_, small_width, small_height, AV_PIX_FMT_GRAY8);
    faces_->add(item.seconds, {pixels, small_width, small_height, small_width}, video_.rotation_degrees);
}

std::uint8_t* PictureMeter::scale(AVFrame const& frame, Scaler& scaler, std::vector<std::uint8_t>& into, int width,
                                  int height, AVPixelFormat format) const
{
    auto const source = static_cast<AVPixelFormat>(frame.format);
    scaler.reset(sws_getCachedContext(scaler.release(), frame.width, frame.height, source, width, height, format,
                                      SWS_AREA, nullptr, nullptr, nullptr));
    if (!scaler) throw std::bad_alloc();
    constexpr std::size_t slack = 64; // libswscale may write a little past the last row
    into.resize(
        static_cast<std::size_t>(check(av_image_get_buffer_size(format, width, height, 1), "scale", "a picture")) +
        slack);
    std::uint8_t* planes[4] = {};
    int strides[4] = {};
    check(av_image_fill_arrays(planes, strides, into.data(), format, width, height, 1), "scale", "a picture");
    check(sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, planes, strides), "scale", "a picture");
    return into.data();
}

void PictureMeter::finish(plan::Analysis& analysis)
{
    analysis.shots = shots_.finish(duration_);
    analysis.motion.step_seconds = motion_step_seconds;
    double before = 0;
    for (std::size_t i = 0; i < motion_sum_.size(); ++i) {
        if (motion_count_[i] > 0)
            before = motion_sum_[i] / motion_count_[i];
        else if (!sparse_)
            before = 0; // a picture that stands still for longer than a step
        analysis.motion.values.push_back(before);
    }
    if (faces_) analysis.faces = faces_->finish();
}

} // namespace media::analysis
