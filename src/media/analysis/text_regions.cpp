#include "media/analysis/text_regions.h"

#include "base/error.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <tesseract/baseapi.h>

namespace media::analysis {

namespace {

constexpr char const* model_folder = "/usr/share/tesseract-ocr/5/tessdata";
constexpr int small_text_width = 640; ///< pictures are searched at these widths
constexpr int large_text_width = 240;
constexpr double stroke_contrast_min = 40; ///< of the morphological gradient, 0..255
constexpr int line_height_min = 7;         ///< pixels at the searched width
constexpr double line_height_max = 0.25;   ///< of the picture's height
constexpr double filled_min = 0.4;         ///< share of a line's box that strokes cover
constexpr double wide_min = 1.4;           ///< width against height
constexpr std::size_t places_max = 12;     ///< in one picture
constexpr double same_place = 0.5;         ///< intersection over union
constexpr int missing_max = 1;             ///< looks
constexpr int reads_max = 2;               ///< of one place
constexpr int read_height = 44;            ///< pixels: what Tesseract reads best
constexpr int confidence_min = 65;         ///< percent
constexpr std::size_t letters_min = 3;
constexpr std::size_t letters_certain = 6; ///< fewer happen by chance
constexpr int short_confidence_min = 80;
constexpr double reads_a_second = 2; ///< of the film, on average
constexpr double reads_at_start = 8;

struct Place {
    cv::Rect2d box; ///< fractions of the picture
    double start = 0;
    double last = 0;
    int sightings = 1;
    int missing = 0;
    int reads = 0;
    std::string text;
    double confidence = 0;
};

double overlap(cv::Rect2d const& a, cv::Rect2d const& b)
{
    auto const both = (a & b).area();
    auto const all = a.area() + b.area() - both;
    return all > 0 ? both / all : 0;
}

/// Boxes of what may be lines of writing, as fractions.
void find_lines(cv::Mat const& picture, int width, std::vector<cv::Rect2d>& lines)
{
    auto const scale = std::min(1.0, static_cast<double>(width) / picture.cols);
    cv::Mat small;
    cv::resize(picture, small, {}, scale, scale, cv::INTER_AREA);
    cv::Mat strokes;
    cv::morphologyEx(small, strokes, cv::MORPH_GRADIENT, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
    cv::Mat mask;
    auto const otsu = cv::threshold(strokes, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    if (otsu < stroke_contrast_min) cv::threshold(strokes, mask, stroke_contrast_min, 255, cv::THRESH_BINARY);
    cv::Mat joined;
    cv::morphologyEx(mask, joined, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {11, 1}));
    // Thin bridges between a line and what lies above or below it.
    cv::morphologyEx(joined, joined, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_RECT, {7, 3}));
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(joined, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
    for (auto const& contour : contours) {
        auto const box = cv::boundingRect(contour);
        if (box.height < line_height_min || box.height > line_height_max * small.rows) continue;
        if (box.width < wide_min * box.height) continue;
        if (cv::countNonZero(joined(box)) < filled_min * box.area()) continue;
        auto const margin = 0.15 * box.height;
        lines.push_back(cv::Rect2d((box.x - margin) / small.cols, (box.y - margin) / small.rows,
                                   (box.width + 2 * margin) / small.cols, (box.height + 2 * margin) / small.rows) &
                        cv::Rect2d(0, 0, 1, 1));
    }
}

/// The widest first; boxes that mostly lie in others are one.
std::vector<cv::Rect2d> without_doubles(std::vector<cv::Rect2d> lines)
{
    std::sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return a.area() > b.area(); });
    std::vector<cv::Rect2d> kept;
    for (auto const& line : lines) {
        auto const inside = std::any_of(kept.begin(), kept.end(), [&](cv::Rect2d const& other) {
            return (line & other).area() > 0.6 * line.area();
        });
        if (!inside) kept.push_back(line);
        if (kept.size() == places_max) break;
    }
    return kept;
}

/// Letters and digits of UTF-8 text; dashes, quotes and bullets (U+00A0..U+00BF, U+2000..U+2BFF) are none.
std::size_t letters_in(std::string const& text)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        auto const begins_letter = byte >= 0xC3 && byte != 0xE2;
        count += byte < 0x80 ? static_cast<std::size_t>(std::isalnum(byte) != 0) : begins_letter;
    }
    return count;
}

std::string one_line(std::string text)
{
    for (auto& letter : text)
        if (letter == '\n' || letter == '\r' || letter == '\t') letter = ' ';
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

} // namespace

struct TextFinder::State {
    tesseract::TessBaseAPI reader;
    std::vector<Place> places; ///< still in the picture
    std::vector<Place> ended;  ///< read, and gone
    double reads_left = reads_at_start;
    double last = 0;
    double look_seconds = 1;

    void read(Place& place, cv::Mat const& picture);
    void end_if_read(Place const& place)
    {
        if (!place.text.empty()) ended.push_back(place);
    }
};

void TextFinder::State::read(Place& place, cv::Mat const& picture)
{
    ++place.reads;
    reads_left -= 1;
    cv::Rect const box(static_cast<int>(place.box.x * picture.cols), static_cast<int>(place.box.y * picture.rows),
                       static_cast<int>(place.box.width * picture.cols),
                       static_cast<int>(place.box.height * picture.rows));
    if (box.width < 8 || box.height < 8) return;
    cv::Mat line;
    auto const scale = std::clamp(static_cast<double>(read_height) / box.height, 0.2, 4.0);
    cv::resize(picture(box), line, {}, scale, scale, scale > 1 ? cv::INTER_CUBIC : cv::INTER_AREA);
    cv::copyMakeBorder(line, line, 10, 10, 10, 10, cv::BORDER_REPLICATE);
    reader.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    reader.SetImage(line.data, line.cols, line.rows, 1, static_cast<int>(line.step));
    reader.SetSourceResolution(150);
    std::unique_ptr<char[]> const text(reader.GetUTF8Text());
    auto const confidence = reader.MeanTextConf();
    if (!text || confidence < confidence_min) return;
    auto found = one_line(text.get());
    auto const letters = letters_in(found);
    if (letters < letters_min || 3 * letters < 2 * found.size()) return;
    if (letters < letters_certain && confidence < short_confidence_min) return;
    place.text = std::move(found);
    place.confidence = confidence / 100.0;
}

TextFinder::TextFinder() : state_(std::make_unique<State>())
{
    cv::setNumThreads(1);
    if (!std::filesystem::exists(std::filesystem::path(model_folder) / "eng.traineddata") ||
        state_->reader.Init(model_folder, "eng", tesseract::OEM_LSTM_ONLY) != 0)
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package tesseract-ocr-eng"},
                   "writing in pictures cannot be read: {}/eng.traineddata is missing", model_folder);
    state_->reader.SetVariable("debug_file", "/dev/null");
}

TextFinder::~TextFinder() = default;

void TextFinder::add(double at, cv::Mat const& picture, double look_seconds)
{
    auto& state = *state_;
    state.look_seconds = look_seconds;
    state.reads_left = std::min(reads_at_start, state.reads_left + reads_a_second * (at - state.last));
    state.last = at;
    std::vector<cv::Rect2d> lines;
    find_lines(picture, small_text_width, lines);
    find_lines(picture, large_text_width, lines);
    lines = without_doubles(std::move(lines));
    for (auto& place : state.places) ++place.missing;
    for (auto const& line : lines) {
        auto const known = std::find_if(state.places.begin(), state.places.end(), [&](Place const& place) {
            return place.missing > 0 && overlap(place.box, line) > same_place;
        });
        if (known == state.places.end()) {
            state.places.push_back({.box = line, .start = at, .last = at});
            continue;
        }
        known->missing = 0;
        known->last = at;
        ++known->sightings;
        auto const due = known->sightings == 2 || known->sightings == 5;
        if (due && known->text.empty() && known->reads < reads_max && state.reads_left >= 1)
            state.read(*known, picture);
    }
    std::erase_if(state.places, [&](Place const& place) {
        if (place.missing <= missing_max) return false;
        state.end_if_read(place);
        return true;
    });
}

std::vector<plan::TextRegion> TextFinder::finish(double duration) const
{
    auto places = state_->ended;
    for (auto const& place : state_->places)
        if (!place.text.empty()) places.push_back(place);
    std::sort(places.begin(), places.end(), [](Place const& a, Place const& b) { return a.start < b.start; });
    std::vector<plan::TextRegion> regions;
    for (auto const& place : places) // between two looks nobody knows: writing is taken to stand longer, not shorter
        regions.push_back({std::max(0.0, place.start - state_->look_seconds / 2),
                           std::min(duration, place.last + state_->look_seconds / 2), place.box.x, place.box.y,
                           place.box.width, place.box.height, place.text, place.confidence});
    return regions;
}

} // namespace media::analysis
