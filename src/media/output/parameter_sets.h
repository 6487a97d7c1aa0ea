#pragma once
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace media {

using Bytes = std::vector<std::uint8_t>;

/// The H.264 headers (SPS and PPS) that a decoder needs before the first picture, from any number of encoders: each has
/// an id of its own, and one MP4 sample description (avcC) holds them all.
class ParameterSets {
public:
    /// Out of an avcC box or out of start-coded units. InvalidInput where it is neither.
    static ParameterSets parse(std::span<std::uint8_t const> extradata);
    /// Takes the other's in; Conflict where both have one id for different things.
    void add(ParameterSets const& other);
    /// The smallest id that is free among both kinds.
    int free_id() const;
    bool contains(std::span<std::uint8_t const> unit) const;
    /// The avcC box's content, units with lengths of 4 bytes.
    Bytes avcc() const;
    bool operator==(ParameterSets const&) const = default;

private:
    void add_unit(std::span<std::uint8_t const> unit);
    std::vector<Bytes> sequences_;
    std::vector<Bytes> pictures_;
};

/// Kind of a unit: 5 is an IDR picture, 7 and 8 are parameter sets.
inline int unit_type(std::span<std::uint8_t const> unit) { return unit.empty() ? 0 : unit[0] & 31; }
/// Units that follow each other, each behind a length of 4 bytes; less where it is cut off.
std::vector<std::span<std::uint8_t const>> units_with_lengths(std::span<std::uint8_t const> data);
/// Units that follow each other, each behind a start code.
std::vector<std::span<std::uint8_t const>> units_with_start_codes(std::span<std::uint8_t const> data);
/// The same units, each behind a length of 4 bytes.
Bytes with_lengths(std::span<std::uint8_t const> start_coded);

} // namespace media
