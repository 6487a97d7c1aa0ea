#pragma once
#include "discovery/candidate.h"

#include <array>

namespace discovery {

/// Holds texts against the words of a niche: case and simple English plurals don't matter, words like "the" don't
/// count.
class Matcher {
public:
    explicit Matcher(std::string_view niche);
    /// Share of the niche's words that occur in the text, 0..1.
    double share_in(std::string_view text) const;
    /// 0..1: a word counts whole in the title, nearly so in a tag, half in the description.
    double strength(Candidate const& candidate) const;

private:
    void mark(std::string_view text, double worth, std::vector<double>& marks, std::size_t& left) const;

    std::vector<std::string> words_;
    std::array<bool, 256> firsts_{}; ///< the bytes that they begin with
};

} // namespace discovery
