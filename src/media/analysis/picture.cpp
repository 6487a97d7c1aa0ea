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
constexpr double step_seconds = 0.5;       ///< of the curves
constexpr std::size_t steps_max = 48 * 3600 * 2;
constexpr double face_interval_min = 0.5;
constexpr double face_interval_sparse = 2;
constexpr double face_pictures_max = 3000; ///< of one film, about 20 ms each
constexpr double text_pictures_max = 3000; ///< about 5 ms each, more where there is something to read
constexpr int small_side = 272;
constexpr int large_side = 1280;
constexpr double jitter = 0.004; ///< of timestamps against the intervals above

bool is_due(std::optional<double>& last, double at, double interval)
{
    if (last && at < *last + interval - jitter) return false;
    last = at;
    return true;
}

PictureMeter::Options with_intervals(PictureMeter::Options options)
{
    options.wanted.text_interval =
        std::max(options.sparse ? face_interval_sparse : 1.0, options.duration / text_pictures_max);
    return options;
}

} // namespace

PictureMeter::PictureMeter(plan::VideoStream const& video, Options const& options)
    : video_(video), options_(with_intervals(options)),
      face_interval_(
          std::max(options.sparse ? face_interval_sparse : face_interval_min, options.duration / face_pictures_max)),
      closer_(options_.wanted), shots_(options.sparse)
{
}

void PictureMeter::Sums::add(double at, double value)
{
    auto const step = static_cast<std::size_t>(std::max(0.0, at) / step_seconds);
    if (step >= steps_max) return;
    if (sum.size() <= step) {
        sum.resize(step + 1);
        count.resize(step + 1);
    }
    sum[step] += value;
    ++count[step];
}

/// hold: a step without a sample is as the one before; otherwise 0.
plan::Curve PictureMeter::Sums::curve(bool hold) const
{
    plan::Curve curve{.step_seconds = step_seconds};
    double before = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        if (count[i] > 0)
            before = sum[i] / count[i];
        else if (!hold)
            before = 0;
        curve.values.push_back(before);
    }
    return curve;
}

void PictureMeter::add(Item const& item)
{
    auto const& frame = *item.frame;
    corrupt_ += frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
    if (!is_due(last_look_, item.seconds, look_interval)) return;
    auto const* pixels = scale(frame, look_scaler_, look_width, look_height, AV_PIX_FMT_YUV444P);
    constexpr auto plane = look_width * look_height;
    std::uint8_t const* const planes[] = {pixels, pixels + plane, pixels + 2 * plane};
    int const strides[] = {look_width, look_width, look_width};
    auto look = make_look(item.seconds, planes, strides);
    if (!motion_from_ || item.seconds >= motion_from_->at + motion_interval - jitter) {
        palette_.add(planes, strides);
        add_motion(look);
    }
    shots_.add(std::move(look));
    look_closer(item, planes);
}

void PictureMeter::add_motion(Look const& look)
{
    double luma = 0;
    for (auto const value : look.luma) luma += value;
    auto const mean = luma / static_cast<double>(look.luma.size());
    brightness_.add(look.at, std::clamp((mean - 16) / 219, 0.0, 1.0));
    if (motion_from_) {
        motion_.add(look.at, luma_difference(*motion_from_, look));
        if (!options_.sparse) focus_.add(*motion_from_, look);
    }
    motion_from_ = look;
}

/// planes: of the look, still in pixels_.
void PictureMeter::look_closer(Item const& item, std::span<std::uint8_t const* const, 3> planes)
{
    auto const& wanted = options_.wanted;
    auto const due = is_due(last_small_, item.seconds, wanted.camera ? 0 : motion_interval);
    if (!due) return;
    ClosePicture picture{.at = item.seconds, .for_faces = wanted.faces};
    picture.look = is_due(last_face_, item.seconds, face_interval_);
    if (wanted.faces && picture.look) {
        auto const plane = [](std::uint8_t const* bytes) {
            return cv::Mat(look_height, look_width, CV_8UC1, const_cast<std::uint8_t*>(bytes)); // only read
        };
        cv::Mat chroma;
        cv::merge(std::vector{plane(planes[1]), plane(planes[2])}, chroma);
        picture.chroma = turned(chroma);
    }
    picture.small = upright(*item.frame, small_scaler_, small_side);
    if (wanted.text && is_due(last_text_, item.seconds, wanted.text_interval))
        picture.large = upright(*item.frame, large_scaler_, large_side);
    closer_.add(std::move(picture));
}

/// A copy as the film is meant to be seen.
cv::Mat PictureMeter::turned(cv::Mat const& stored) const
{
    cv::Mat out;
    if (video_.rotation_degrees == 90) cv::rotate(stored, out, cv::ROTATE_90_CLOCKWISE);
    if (video_.rotation_degrees == 180) cv::rotate(stored, out, cv::ROTATE_180);
    if (video_.rotation_degrees == 270) cv::rotate(stored, out, cv::ROTATE_90_COUNTERCLOCKWISE);
    return out.empty() ? stored.clone() : out;
}

/// A grey copy with square pixels, as it is meant to be seen.
cv::Mat PictureMeter::upright(AVFrame const& frame, Scaler& scaler, int longer_side)
{
    auto const sideways = video_.rotation_degrees % 180 != 0;
    auto const width = sideways ? video_.height : video_.width; // as stored, with square pixels
    auto const height = sideways ? video_.width : video_.height;
    auto const shrink = std::min(1.0, static_cast<double>(longer_side) / std::max(width, height));
    auto const columns = std::max(2, static_cast<int>(std::lround(width * shrink)));
    auto const rows = std::max(2, static_cast<int>(std::lround(height * shrink)));
    auto* pixels = scale(frame, scaler, columns, rows, AV_PIX_FMT_GRAY8);
    return turned(cv::Mat(rows, columns, CV_8UC1, pixels, static_cast<std::size_t>(columns)));
}

std::uint8_t* PictureMeter::scale(AVFrame const& frame, Scaler& scaler, int width, int height, AVPixelFormat format)
{
    auto const source = static_cast<AVPixelFormat>(frame.format);
    scaler.reset(sws_getCachedContext(scaler.release(), frame.width, frame.height, source, width, height, format,
                                      SWS_AREA, nullptr, nullptr, nullptr));
    if (!scaler) throw std::bad_alloc();
    constexpr std::size_t slack = 64; // libswscale may write a little past the last row
    pixels_.resize(
        static_cast<std::size_t>(check(av_image_get_buffer_size(format, width, height, 1), "scale", "a picture")) +
        slack);
    std::uint8_t* planes[4] = {};
    int strides[4] = {};
    check(av_image_fill_arrays(planes, strides, pixels_.data(), format, width, height, 1), "scale", "a picture");
    check(sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, planes, strides), "scale", "a picture");
    return pixels_.data();
}

void PictureMeter::finish(plan::Analysis& analysis)
{
    closer_.finish();
    analysis.shots = shots_.finish(options_.duration);
    analysis.motion = motion_.curve(options_.sparse);
    analysis.brightness = brightness_.curve(true);
    analysis.sharpness = closer_.sharpness();
    // Looks are made of pictures as they are stored; a turned film has no use for them.
    if (video_.rotation_degrees == 0) analysis.focus = focus_.finish();
    analysis.palette = palette_.finish();
    analysis.text_regions = closer_.text_regions(options_.duration);
    analysis.camera = closer_.camera();
    analysis.corrupt_frames = corrupt_;
}

} // namespace media::analysis
