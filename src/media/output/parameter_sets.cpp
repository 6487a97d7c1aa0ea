#include "media/output/parameter_sets.h"

#include "base/error.h"

#include <algorithm>

namespace media {

static constexpr int ids_max = 32;
static constexpr std::size_t sequences_max = 31; // five bits in the box
static constexpr std::size_t pictures_max = 255;

using Unit = std::span<std::uint8_t const>;

[[noreturn]] static void fail_damaged() { base::fail(base::ErrorCode::InvalidInput, "the H.264 headers are damaged"); }

namespace {

/// Reads Exp-Golomb numbers.
class Bits {
public:
    explicit Bits(Unit unit) : unit_(unit) {}
    std::uint32_t number()
    {
        int zeros = 0;
        while (bit() == 0)
            if (++zeros > 31) fail_damaged();
        std::uint32_t value = 1;
        for (; zeros > 0; --zeros) value = value << 1U | bit();
        return value - 1;
    }

private:
    std::uint32_t bit()
    {
        if (position_ / 8 >= unit_.size()) fail_damaged();
        auto const value = unit_[position_ / 8] >> (7 - position_ % 8) & 1U;
        ++position_;
        return static_cast<std::uint32_t>(value);
    }
    Unit unit_;
    std::size_t position_ = 0;
};

/// The id stands behind the unit's header and, in an SPS, behind profile and level.
std::uint32_t id_of(Unit unit) { return Bits(unit.subspan(unit_type(unit) == 7 ? 4 : 1)).number(); }

} // namespace

std::vector<Unit> units_with_lengths(Unit data)
{
    std::vector<Unit> units;
    while (data.size() >= 4) {
        auto const size = static_cast<std::size_t>(data[0]) << 24U | static_cast<std::size_t>(data[1]) << 16U |
                          static_cast<std::size_t>(data[2]) << 8U | data[3];
        if (size > data.size() - 4) break;
        units.push_back(data.subspan(4, size));
        data = data.subspan(4 + size);
    }
    return units;
}

std::vector<Unit> units_with_start_codes(Unit data)
{
    auto const start_at = [&](std::size_t from) {
        for (auto i = from; i + 3 <= data.size(); ++i)
            if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) return i;
        return data.size();
    };
    std::vector<Unit> units;
    for (auto at = start_at(0); at < data.size();) {
        auto const next = start_at(at + 3);
        auto end = next;
        while (next < data.size() && end > at + 3 && data[end - 1] == 0) --end; // the longer start code's zero
        units.push_back(data.subspan(at + 3, end - at - 3));
        at = next;
    }
    return units;
}

Bytes with_lengths(Unit start_coded)
{
    Bytes out;
    out.reserve(start_coded.size() + 16);
    for (auto const unit : units_with_start_codes(start_coded)) {
        for (auto const shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(unit.size() >> shift));
        out.insert(out.end(), unit.begin(), unit.end());
    }
    return out;
}

void ParameterSets::add_unit(Unit unit)
{
    auto const type = unit_type(unit);
    if (type != 7 && type != 8) return;
    if (unit.size() < 4) fail_damaged();
    auto& list = type == 7 ? sequences_ : pictures_;
    for (auto const& known : list) {
        if (std::ranges::equal(known, unit)) return;
        if (id_of(known) == id_of(unit))
            base::fail(base::ErrorCode::Conflict, "two H.264 headers have the id {}", id_of(unit));
    }
    list.emplace_back(unit.begin(), unit.end());
}

ParameterSets ParameterSets::parse(Unit extradata)
{
    ParameterSets sets;
    if (extradata.size() < 7) fail_damaged();
    if (extradata[0] != 1) {
        for (auto const unit : units_with_start_codes(extradata)) sets.add_unit(unit);
        return sets;
    }
    std::size_t at = 5;
    for (auto const mask : {31, 255}) {
        if (at >= extradata.size()) fail_damaged();
        auto const count = extradata[at++] & mask;
        for (int i = 0; i < count; ++i) {
            if (at + 2 > extradata.size()) fail_damaged();
            auto const size = static_cast<std::size_t>(extradata[at]) << 8U | extradata[at + 1];
            if (at + 2 + size > extradata.size()) fail_damaged();
            sets.add_unit(extradata.subspan(at + 2, size));
            at += 2 + size;
        }
    }
    return sets;
}

void ParameterSets::add(ParameterSets const& other)
{
    for (auto const& unit : other.sequences_) add_unit(unit);
    for (auto const& unit : other.pictures_) add_unit(unit);
    if (sequences_.size() > sequences_max || pictures_.size() > pictures_max) fail_damaged();
}

int ParameterSets::free_id() const
{
    std::set<std::uint32_t> used;
    for (auto const& unit : sequences_) used.insert(id_of(unit));
    for (auto const& unit : pictures_) used.insert(id_of(unit));
    std::uint32_t id = 0;
    while (used.contains(id)) ++id;
    if (id >= ids_max) base::fail(base::ErrorCode::Conflict, "the source uses up all ids of H.264 headers");
    return static_cast<int>(id);
}

bool ParameterSets::contains(Unit unit) const
{
    auto const same = [&](Bytes const& known) { return std::ranges::equal(known, unit); };
    return std::ranges::any_of(sequences_, same) || std::ranges::any_of(pictures_, same);
}

Bytes ParameterSets::avcc() const
{
    if (sequences_.empty() || pictures_.empty()) fail_damaged();
    auto const& first = sequences_.front();
    Bytes out{1, first[1], first[2], first[3], 0xff};
    for (auto const& sequence : sequences_) out[3] = std::max(out[3], sequence[3]); // the highest level
    auto const put = [&](std::vector<Bytes> const& units, unsigned marker) {
        out.push_back(static_cast<std::uint8_t>(marker | units.size()));
        for (auto const& unit : units) {
            out.push_back(static_cast<std::uint8_t>(unit.size() >> 8U));
            out.push_back(static_cast<std::uint8_t>(unit.size()));
            out.insert(out.end(), unit.begin(), unit.end());
        }
    };
    put(sequences_, 0xe0);
    put(pictures_, 0);
    if (first[1] >= 100) out.insert(out.end(), {0xfd, 0xf8, 0xf8, 0}); // High: 4:2:0 of 8 bits
    return out;
}

} // namespace media
