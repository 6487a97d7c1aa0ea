#include "media/analysis/faces.h"

#include "base/error.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

namespace media::analysis {

namespace {

constexpr char const* cascade_path = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml";
constexpr double scale_step = 1.25;
constexpr int neighbours_min = 4;      ///< detections on top of each other that make a face
constexpr double smallest_share = 0.1; ///< of the picture's shorter side
constexpr std::size_t faces_max = 8;   ///< in one picture
constexpr std::size_t recent_max = 12; ///< pictures kept between two searches
constexpr double rest_seconds = 0.95;  ///< a little less than two looks

/// Chroma of human skin, light and dark (Chai and Ngan, 1999); the shape of a face in foam or leaves has another.
cv::Scalar const skin_low{77, 133};
cv::Scalar const skin_high{127, 173};
constexpr double skin_share_min = 0.3;  ///< of the middle of a face
constexpr double colourless_spread = 3; ///< a picture whose chroma strays less is black and white: shape must do

struct Recent {
    double at;
    cv::Mat picture;
};

/// Part of a face's box, in pixels, inside of the picture.
cv::Rect part_of(plan::Face const& face, cv::Size size, double left, double top, double width, double height)
{
    cv::Rect const part(static_cast<int>((face.x + left * face.width) * size.width),
                        static_cast<int>((face.y + top * face.height) * size.height),
                        static_cast<int>(width * face.width * size.width),
                        static_cast<int>(height * face.height * size.height));
    return part & cv::Rect({0, 0}, size);
}

/// Mean absolute difference of two pictures inside a box, 0..1.
double difference(cv::Mat const& a, cv::Mat const& b, cv::Rect const& box)
{
    if (box.empty()) return 0;
    return cv::norm(a(box), b(box), cv::NORM_L1) / (255.0 * box.area());
}

/// Whether the middle of the box has the colour of a face, as far as the picture has colours.
bool has_skin(cv::Mat const& chroma, plan::Face const& face)
{
    if (chroma.empty()) return true;
    cv::Scalar mean;
    cv::Scalar spread;
    cv::meanStdDev(chroma, mean, spread);
    if (std::max(spread[0], spread[1]) < colourless_spread) return true;
    auto const box = part_of(face, chroma.size(), 0.2, 0.2, 0.6, 0.6);
    if (box.empty()) return true; // too small to be told
    cv::Mat skin;
    cv::inRange(chroma(box), skin_low, skin_high, skin);
    return cv::countNonZero(skin) >= skin_share_min * box.area();
}

} // namespace

struct FaceFinder::State {
    cv::CascadeClassifier classifier;
    std::deque<Recent> recent;
    int without = 0;        ///< searches in a row that found nobody
    double searched_at = 0; ///< the last one
    /// Where nobody was for a while, half as many looks do: the search is the slowest part of an analysis.
    bool may_rest(double at) const { return without >= 2 && at < searched_at + rest_seconds; }
};

FaceFinder::FaceFinder() : state_(std::make_unique<State>())
{
    cv::setNumThreads(1); // the decoder's threads use the machine already
    if (!std::filesystem::exists(cascade_path) || !state_->classifier.load(cascade_path))
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package opencv-data"},
                   "faces cannot be found: {} is missing", cascade_path);
}

FaceFinder::~FaceFinder() = default;

std::vector<Sighting> FaceFinder::find(double at, cv::Mat const& picture, cv::Mat const& chroma) const
{
    cv::Mat even;
    cv::equalizeHist(picture, even);
    std::vector<cv::Rect> found;
    auto const smallest = std::max(24, static_cast<int>(smallest_share * std::min(even.cols, even.rows)));
    state_->classifier.detectMultiScale(even, found, scale_step, neighbours_min, 0, {smallest, smallest});
    std::sort(found.begin(), found.end(), [](cv::Rect const& a, cv::Rect const& b) { return a.area() > b.area(); });
    if (found.size() > faces_max) found.resize(faces_max);
    std::vector<Sighting> sightings;
    double const width = even.cols;
    double const height = even.rows;
    for (auto const& box : found) {
        plan::Face const face{at, box.x / width, box.y / height, box.width / width, box.height / height};
        if (has_skin(chroma, face)) sightings.push_back({face});
    }
    return sightings;
}

void FaceFinder::add(double at, cv::Mat const& picture, cv::Mat const& chroma, bool look)
{
    auto& recent = state_->recent;
    recent.push_back({at, picture.clone()});
    if (recent.size() > recent_max) recent.pop_front();
    if (!look || state_->may_rest(at)) return;
    auto sightings = find(at, picture, chroma);
    state_->searched_at = at;
    state_->without = sightings.empty() ? state_->without + 1 : 0;
    for (auto& sighting : sightings) {
        // A head that moves as a whole moves its eyes as much as its mouth.
        auto const mouth = part_of(sighting.face, picture.size(), 0.25, 0.65, 0.5, 0.35);
        auto const eyes = part_of(sighting.face, picture.size(), 0.15, 0.15, 0.7, 0.3);
        for (std::size_t i = 1; i < recent.size(); ++i) {
            auto const& now = recent[i].picture;
            auto const& before = recent[i - 1].picture;
            sighting.mouth.push_back(
                {recent[i].at, std::max(0.0, difference(now, before, mouth) - 0.7 * difference(now, before, eyes))});
        }
    }
    pictures_.push_back(std::move(sightings));
    recent.erase(recent.begin(), recent.end() - 1);
}

} // namespace media::analysis
