#pragma once
#include "discovery/spec_walk.h"

namespace discovery {

/// Whatever it complains about has file and place in front.
class Complaints {
public:
    explicit Complaints(std::string const& what) : what_(what) {}
    void need(bool fine, std::string const& place, std::string const& complaint) const
    {
        if (!fine) base::fail(base::ErrorCode::InvalidInput, "{}: {} {}", what_, place, complaint);
    }
    void nesting(std::string const& place, int depth) const
    {
        need(depth <= spec_nesting_max, place, fmt::format("is nested deeper than {}", spec_nesting_max));
    }
    void number(std::string const& place, Range const* range, std::int64_t value) const
    {
        if (range)
            need(value >= range->low && value <= range->high, place,
                 fmt::format("is {}, outside [{}, {}]", value, range->low, range->high));
    }
    void text(std::string const& place, std::string const& text) const
    {
        need(text.size() <= spec_text_bytes_max, place, fmt::format("has more than {} bytes", spec_text_bytes_max));
    }
    void list(std::string const& place, std::size_t size) const
    {
        need(size <= spec_list_max, place, fmt::format("has more than {} entries", spec_list_max));
    }
    template <class Work> void works(std::string const& place, Work work) const
    {
        try {
            work();
        } catch (base::Error const& error) {
            need(false, place, error.what());
        }
    }

private:
    std::string const& what_;
};

} // namespace discovery
