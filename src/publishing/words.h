#pragma once
#include <string>
#include <vector>

namespace publishing {

/// What the words of a post are made of.
struct PostFacts {
    std::string niche;
    std::string title;
    std::string description;
    std::string author;
    std::string license; ///< "cc-by"
    std::string license_url;
    std::string source_url;
    std::vector<std::string> tags;
    std::vector<std::string> credits = {}; ///< "Music: ..." and the like, one line each
};

struct PostWords {
    std::string title;
    std::string description;
    std::vector<std::string> hashtags;
};

/// Title within 100 characters, description with the attribution that the licence asks for (who, what, licence, source,
/// that it was changed), at most eight hashtags without repeats. Nothing is claimed that the facts do not say.
PostWords compose(PostFacts const& facts);

} // namespace publishing
