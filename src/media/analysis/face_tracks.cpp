#include "media/analysis/face_tracks.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace media::analysis {

namespace {

constexpr double same_face_overlap = 0.3; ///< intersection over union
constexpr double missing_seconds_max = 3; ///< a face may be away for so long: it looked aside
constexpr double listen_seconds = 1.5;    ///< on either side of a moment: who speaks shows over a few syllables
constexpr double moving_mouth = 0.006;    ///< mean change between two pictures; a closed mouth stays below
constexpr std::size_t samples_min = 6;
constexpr std::size_t sightings_min = 3; ///< of one face: fewer are chance

struct Track {
    int number = 0;
    std::size_t last_picture = 0;
    bool steady = false; ///< seen in two neighbouring pictures
    std::vector<Sighting const*> sightings;
};

double overlap(plan::Face const& a, plan::Face const& b)
{
    auto const width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    auto const height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    if (width <= 0 || height <= 0) return 0;
    auto const both = width * height;
    return both / (a.width * a.height + b.width * b.height - both);
}

bool same_shot(std::span<plan::Span const> shots, double a, double b)
{
    return std::none_of(shots.begin(), shots.end(),
                        [&](plan::Span const& shot) { return shot.start > a + 1e-3 && shot.start <= b + 1e-3; });
}

std::vector<Track> find_tracks(std::vector<std::vector<Sighting>> const& pictures, std::span<plan::Span const> shots)
{
    std::vector<Track> tracks;
    std::vector<std::size_t> open;
    for (std::size_t picture = 0; picture < pictures.size(); ++picture) {
        for (auto const& sighting : pictures[picture]) {
            Track* best = nullptr;
            auto best_overlap = same_face_overlap;
            for (auto const index : open) {
                auto& track = tracks[index];
                auto const& last = track.sightings.back()->face;
                auto const apart = sighting.face.at - last.at;
                if (track.last_picture == picture || apart > missing_seconds_max) continue;
                auto const shared = overlap(last, sighting.face);
                if (shared < best_overlap || !same_shot(shots, last.at, sighting.face.at)) continue;
                best = &track;
                best_overlap = shared;
            }
            if (!best) {
                open.push_back(tracks.size());
                best = &tracks.emplace_back(Track{.number = static_cast<int>(tracks.size())});
            }
            best->steady = best->steady || (!best->sightings.empty() && best->last_picture + 1 == picture);
            best->last_picture = picture;
            best->sightings.push_back(&sighting);
        }
        std::erase_if(open, [&](std::size_t index) {
            return !pictures[picture].empty() &&
                   pictures[picture].front().face.at - tracks[index].sightings.back()->face.at > missing_seconds_max;
        });
    }
    return tracks;
}

double loudness_at(std::span<float const> energy, double step, double at)
{
    auto const index = static_cast<std::size_t>(std::max(0.0, at / step));
    return index < energy.size() ? std::sqrt(static_cast<double>(energy[index])) : 0;
}

/// Pearson's correlation; 0 where either stands still.
double correlation(std::vector<double> const& a, std::vector<double> const& b)
{
    double mean_a = 0;
    double mean_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        mean_a += a[i] / static_cast<double>(a.size());
        mean_b += b[i] / static_cast<double>(a.size());
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa > 1e-12 && bb > 1e-12 ? ab / std::sqrt(aa * bb) : 0;
}

struct MouthCurve {
    std::vector<Sighting::Mouth> samples;
    /// How much the mouth moves around a moment, and how well that goes with the sound.
    std::pair<double, double> around(double at, std::span<float const> energy, double step) const
    {
        std::vector<double> motion;
        std::vector<double> sound;
        auto const by_time = [](Sighting::Mouth const& sample, double value) { return sample.at < value; };
        auto sample = std::lower_bound(samples.begin(), samples.end(), at - listen_seconds, by_time);
        for (; sample != samples.end() && sample->at <= at + listen_seconds; ++sample) {
            motion.push_back(sample->motion);
            sound.push_back(loudness_at(energy, step, sample->at));
        }
        if (motion.size() < samples_min) return {0, 0};
        double sum = 0;
        for (auto const value : motion) sum += value;
        return {sum / static_cast<double>(motion.size()), std::max(0.0, correlation(motion, sound))};
    }
};

/// 0..1: a mouth that moves while something is heard; among several, the one that moves most.
void rate_speakers(std::vector<plan::Face>& faces, std::map<int, MouthCurve> const& mouths,
                   std::span<float const> energy, double step)
{
    double loudest = 0;
    for (auto const value : energy) loudest = std::max(loudest, std::sqrt(static_cast<double>(value)));
    if (loudest <= 0) return;
    for (auto first = faces.begin(); first != faces.end();) {
        auto const last = std::find_if(first, faces.end(), [&](auto const& face) { return face.at != first->at; });
        double all = 0;
        std::vector<std::pair<double, double>> found;
        for (auto face = first; face != last; ++face) {
            found.push_back(mouths.at(face->track).around(face->at, energy, step));
            all += found.back().first;
        }
        double heard = 0;
        for (auto at = first->at - listen_seconds / 2; at <= first->at + listen_seconds / 2; at += step)
            heard = std::max(heard, loudness_at(energy, step, at));
        auto const audible = std::clamp(heard / (0.1 * loudest), 0.0, 1.0);
        for (std::size_t i = 0; i < found.size(); ++i) {
            auto const [motion, together] = found[i];
            auto const moves = std::clamp(motion / moving_mouth, 0.0, 1.0);
            auto const share = all > 0 ? motion / all : 0;
            (first + static_cast<std::ptrdiff_t>(i))->speaking =
                audible * moves * std::clamp(0.7 * share + 0.3 * together, 0.0, 1.0);
        }
        first = last;
    }
}

} // namespace

std::vector<plan::Face> track_faces(std::vector<std::vector<Sighting>> const& pictures,
                                    std::span<plan::Span const> shots, std::span<float const> energy,
                                    double energy_step)
{
    std::vector<plan::Face> faces;
    std::map<int, MouthCurve> mouths;
    for (auto const& track : find_tracks(pictures, shots)) {
        if (!track.steady || track.sightings.size() < sightings_min) continue;
        for (auto const* sighting : track.sightings) {
            faces.push_back(sighting->face);
            faces.back().track = track.number;
            auto& samples = mouths[track.number].samples;
            samples.insert(samples.end(), sighting->mouth.begin(), sighting->mouth.end());
        }
    }
    std::stable_sort(faces.begin(), faces.end(), [](plan::Face const& a, plan::Face const& b) {
        return a.at != b.at ? a.at < b.at : a.width * a.height > b.width * b.height;
    });
    rate_speakers(faces, mouths, energy, energy_step);
    return faces;
}

} // namespace media::analysis
