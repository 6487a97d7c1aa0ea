#include "media/picture/frame_facts.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <numeric>

namespace media {

static constexpr double same_mean_max = 0.2; ///< of 219 steps of luma; film grain alone is above it
static constexpr int same_value_max = 24;    ///< at any one place: a small thing that moves is motion

namespace {

constexpr std::uint64_t prime_1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t prime_2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t prime_3 = 0x165667B19E3779F9ULL;
constexpr std::size_t stripe = 32;

/// Four lanes of xxHash64.
struct Lanes {
    std::uint64_t lane[4] = {prime_1 + prime_2, prime_2, 0, 0 - prime_1};

    void stripe_of(std::uint8_t const* data)
    {
        for (std::size_t i = 0; i < 4; ++i) {
            std::uint64_t value = 0;
            std::memcpy(&value, data + 8 * i, sizeof value);
            lane[i] = std::rotl(lane[i] + value * prime_2, 31) * prime_1;
        }
    }
    void row(std::uint8_t const* data, std::size_t size)
    {
        for (; size >= stripe; data += stripe, size -= stripe) stripe_of(data);
        if (size == 0) return;
        std::uint8_t rest[stripe] = {};
        std::memcpy(rest, data, size);
        stripe_of(rest);
    }
    std::uint64_t end(std::uint64_t seed) const
    {
        auto hash = std::rotl(lane[0], 1) + std::rotl(lane[1], 7) + std::rotl(lane[2], 12) + std::rotl(lane[3], 18);
        hash = (hash ^ seed) * prime_1;
        hash = (hash ^ (hash >> 33U)) * prime_2;
        hash = (hash ^ (hash >> 29U)) * prime_3;
        return hash ^ (hash >> 32U);
    }
};

} // namespace

std::uint64_t picture_hash(Picture const& picture)
{
    Lanes lanes;
    for (int index = 0; index < 3; ++index) {
        auto const plane = picture.plane(index);
        for (int y = 0; y < plane.height; ++y) lanes.row(plane.row(y), static_cast<std::size_t>(plane.width));
    }
    return lanes.end(static_cast<std::uint64_t>(picture.width()) << 32U | static_cast<std::uint64_t>(picture.height()));
}

Signature::Signature(Picture const& picture)
{
    auto const luma = picture.plane(0);
    auto* value = values_.data();
    for (int y = 0; y < rows; ++y) {
        auto const* row = luma.row((2 * y + 1) * luma.height / (2 * rows));
        for (int x = 0; x < columns; ++x) *value++ = row[(2 * x + 1) * luma.width / (2 * columns)];
    }
}

double Signature::mean() const
{
    return static_cast<double>(std::accumulate(values_.begin(), values_.end(), 0L)) /
           static_cast<double>(values_.size());
}

bool Signature::same_as(Signature const& other) const
{
    long sum = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        auto const difference = std::abs(values_[i] - other.values_[i]);
        if (difference > same_value_max) return false;
        sum += difference;
    }
    return static_cast<double>(sum) <= same_mean_max * static_cast<double>(values_.size());
}

} // namespace media
