#include "media/analysis/faces.h"

#include "base/error.h"

#include <algorithm>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

namespace media::analysis {

namespace {

constexpr char const* cascade_path = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml";
constexpr double scale_step = 1.2;
constexpr int neighbours_min = 4;           ///< detections on top of each other that make a face
constexpr double smallest_share = 0.1;      ///< of the picture's shorter side
constexpr std::size_t faces_max = 8;        ///< in one picture
constexpr double same_face_overlap = 0.3;   ///< intersection over union
constexpr double neighbour_seconds_max = 3; ///< pictures farther apart say nothing of each other

double overlap(plan::Face const& a, plan::Face const& b)
{
    auto const width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    auto const height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    if (width <= 0 || height <= 0) return 0;
    auto const both = width * height;
    return both / (a.width * a.height + b.width * b.height - both);
}

bool is_seen_in(plan::Face const& face, std::vector<plan::Face> const& others)
{
    return std::any_of(others.begin(), others.end(), [&](plan::Face const& other) {
        return std::abs(other.at - face.at) <= neighbour_seconds_max && overlap(face, other) >= same_face_overlap;
    });
}

} // namespace

struct FaceFinder::Cascade {
    cv::CascadeClassifier classifier;
};

FaceFinder::FaceFinder() : cascade_(std::make_unique<Cascade>())
{
    cv::setNumThreads(1); // the decoder's threads use the machine already
    if (!std::filesystem::exists(cascade_path) || !cascade_->classifier.load(cascade_path))
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package opencv-data"},
                   "faces cannot be found: {} is missing", cascade_path);
}

FaceFinder::~FaceFinder() = default;

void FaceFinder::add(double at, GreyPicture const& picture, int rotation_degrees)
{
    cv::Mat const grey(picture.height, picture.width, CV_8UC1, const_cast<std::uint8_t*>(picture.pixels),
                       static_cast<std::size_t>(picture.stride));
    cv::Mat even;
    cv::equalizeHist(grey, even);
    if (rotation_degrees == 90) cv::rotate(even, even, cv::ROTATE_90_CLOCKWISE);
    if (rotation_degrees == 180) cv::rotate(even, even, cv::ROTATE_180);
    if (rotation_degrees == 270) cv::rotate(even, even, cv::ROTATE_90_COUNTERCLOCKWISE);
    auto const width = even.cols;
    auto const height = even.rows;
    std::vector<cv::Rect> found;
    auto const smallest = std::max(24, static_cast<int>(smallest_share * std::min(width, height)));
    cascade_->classifier.detectMultiScale(even, found, scale_step, neighbours_min, 0, {smallest, smallest});
    std::sort(found.begin(), found.end(), [](cv::Rect const& a, cv::Rect const& b) { return a.area() > b.area(); });
    if (found.size() > faces_max) found.resize(faces_max);
    std::vector<plan::Face> faces;
    for (auto const& box : found)
        faces.push_back({at, static_cast<double>(box.x) / width, static_cast<double>(box.y) / height,
                         static_cast<double>(box.width) / width, static_cast<double>(box.height) / height});
    pictures_.push_back(std::move(faces));
}

std::vector<plan::Face> FaceFinder::finish() const { return steady_faces(pictures_); }

std::vector<plan::Face> steady_faces(std::vector<std::vector<plan::Face>> const& pictures)
{
    std::vector<plan::Face> steady;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        for (auto const& face : pictures[i]) {
            auto const before = i > 0 && is_seen_in(face, pictures[i - 1]);
            auto const after = i + 1 < pictures.size() && is_seen_in(face, pictures[i + 1]);
            if (before || after) steady.push_back(face);
        }
    }
    return steady;
}

} // namespace media::analysis
