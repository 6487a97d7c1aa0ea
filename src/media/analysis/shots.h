#pragma once
#include "plan/analysis.h"

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace media::analysis {

inline constexpr int look_width = 64;
inline constexpr int look_height = 36;

/// A very small picture: enough to tell whether two belong to the same shot.
struct Look {
    double at = 0;
    std::array<std::uint8_t, look_width * look_height> luma{};
    std::array<float, 64> histogram{}; ///< shares: 32 bins of luma, 16 of each chroma plane
};

/// Fills the histogram and luma of a look from three planes of look_width x look_height (4:4:4).
Look make_look(double at, std::uint8_t const* const planes[3], int const strides[3]);

/// Mean absolute difference of luma, 0..1.
double luma_difference(Look const& a, Look const& b);
/// How different two pictures are, 0..1: half luma in place, half colours anywhere.
double difference(Look const& a, Look const& b);

/// Finds hard cuts in pictures that come in order: a difference that stands out from those around it and does not go
/// back (a flash does). Looks `window` pictures ahead, so memory is bounded.
class ShotFinder {
public:
    /// sparse: pictures lie seconds apart, only large differences count.
    explicit ShotFinder(bool sparse = false) : sparse_(sparse) {}
    void add(Look look);
    /// The shots from 0 to the end of the film.
    std::vector<plan::Span> finish(double duration);

private:
    void judge(std::size_t position);
    bool is_flash(std::size_t position, double score) const;

    bool sparse_;
    std::deque<Look> looks_;
    std::deque<double> scores_; ///< [i] is the difference of looks_[i] and the one before
    std::size_t next_ = 1;      ///< the first look that was not judged yet
    std::vector<double> cuts_;
    double last_cut_ = 0;
};

} // namespace media::analysis
