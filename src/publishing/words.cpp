#include "publishing/words.h"

#include "base/text.h"

#include <algorithm>

namespace publishing {

static constexpr std::size_t title_bytes_max = 100;
static constexpr std::size_t description_bytes_max = 1500;
static constexpr std::size_t hashtags_max = 8;

static std::string hashtag(std::string const& text)
{
    std::string out;
    for (auto const& word : base::words_of(text)) out += word;
    return base::truncate_utf8(out, 40);
}

static void add_hashtag(std::vector<std::string>& hashtags, std::string const& text)
{
    auto tag = hashtag(text);
    if (tag.size() >= 2 && hashtags.size() < hashtags_max && std::ranges::find(hashtags, tag) == hashtags.end())
        hashtags.push_back(std::move(tag));
}

static std::string attribution(PostFacts const& facts)
{
    std::string out = "Source: \"" + facts.title + "\"";
    if (!facts.author.empty()) out += " by " + facts.author;
    if (!facts.source_url.empty()) out += ", " + facts.source_url;
    out += "\nLicence: " + (facts.license.empty() ? std::string("unknown") : facts.license);
    if (!facts.license_url.empty()) out += " (" + facts.license_url + ")";
    return out + "\nChanged: trimmed, reframed, styled and captioned.";
}

PostWords compose(PostFacts const& facts)
{
    PostWords words;
    words.title = base::truncate_utf8(facts.title, title_bytes_max);
    auto const text = base::truncate_utf8(facts.description, description_bytes_max);
    words.description = (text.empty() ? "" : text + "\n\n") + attribution(facts);
    for (auto const& credit : facts.credits) words.description += "\n" + credit;
    add_hashtag(words.hashtags, facts.niche);
    for (auto const& tag : facts.tags) add_hashtag(words.hashtags, tag);
    return words;
}

} // namespace publishing
