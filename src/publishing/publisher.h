#pragma once
#include "base/json.h"
#include "store/tables/posts.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>

namespace publishing {

/// What is published: finished files and words.
struct PostContent {
    std::string clip;      ///< path
    std::string thumbnail; ///< path, "" where there is none
    std::string record;    ///< path of the clip's plan, provenance and quality
    std::string title;
    std::string description;
    std::vector<std::string> hashtags; ///< without '#'
    base::RawJson rights;              ///< licence, source, author, and who decided
};
BOOST_DESCRIBE_STRUCT(PostContent, (), (clip, thumbnail, record, title, description, hashtags, rights))

struct Published {
    std::string target; ///< path or URL
    std::optional<std::string> remote_handle;
};

/// Where publishers may work.
struct PublisherContext {
    std::filesystem::path outbox; ///< folder
    std::stop_token stop;
};

/// All there is to know of a publisher. `publish` acts; `find` asks the outside what became of an earlier attempt, so
/// that nothing is posted twice after a crash.
struct PublisherType {
    std::string_view name;
    std::string_view help;
    bool is_public; ///< strangers see what is published: nothing of unknown rights may go there
    std::optional<Published> (*find)(PublisherContext const&, store::Post const&, PostContent const&);
    Published (*publish)(PublisherContext const&, store::Post const&, PostContent const&);
};

std::span<PublisherType const> all_publishers();
/// InvalidInput lists what there is.
PublisherType const& find_publisher(std::string_view name);

} // namespace publishing
