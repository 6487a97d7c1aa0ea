#include "base/ids.h"

#include <fmt/format.h>
#include <sodium.h>

namespace base {

Random::Random()
{
    std::uint64_t seed = 0;
    randombytes_buf(&seed, sizeof seed);
    engine_.seed(seed);
}

std::uint64_t Random::bits()
{
    std::scoped_lock const lock(mutex_);
    return engine_();
}

double Random::unit() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }

std::string Ids::next()
{
    std::int64_t milliseconds = 0;
    unsigned sequence = 0;
    {
        // The 12 bits after the time count up within a millisecond, so that ids of one process sort by creation.
        std::scoped_lock const lock(mutex_);
        milliseconds = std::max(clock_.now().time_since_epoch().count(), last_ms_);
        sequence = milliseconds == last_ms_ ? sequence_ + 1 : static_cast<unsigned>(random_.bits() & 0x3FFU);
        if (sequence > 0xFFF) {
            ++milliseconds;
            sequence = 0;
        }
        last_ms_ = milliseconds;
        sequence_ = sequence;
    }
    auto const tail = random_.bits();
    return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", milliseconds >> 16, milliseconds & 0xFFFF, sequence,
                       0x8000U | (tail >> 48U & 0x3FFFU), tail & 0xFFFFFFFFFFFFU);
}

bool is_uuid(std::string_view text)
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const dash = i == 8 || i == 13 || i == 18 || i == 23;
        auto const hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

} // namespace base
