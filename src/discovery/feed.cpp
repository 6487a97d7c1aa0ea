#include "base/hash.h"
#include "discovery/convert.h"
#include "discovery/license.h"
#include "discovery/source.h"

#include <algorithm>
#include <array>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <memory>

namespace discovery {

static constexpr std::size_t feed_bytes_max = 10U << 20U;
static constexpr std::size_t items_max = 1'000;
static constexpr int nesting_max = 8; // of media groups inside an item

namespace {

struct FreeDocument {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

struct FreeXml {
    void operator()(xmlChar* text) const { xmlFree(text); }
};

std::string text(xmlNode const* node)
{
    std::unique_ptr<xmlChar, FreeXml> const content(xmlNodeGetContent(node));
    return content ? std::string(base::trim(reinterpret_cast<char const*>(content.get()))) : "";
}

std::string attribute(xmlNode const* node, char const* name)
{
    std::unique_ptr<xmlChar, FreeXml> const value(xmlGetNoNsProp(node, reinterpret_cast<xmlChar const*>(name)));
    return value ? std::string(base::trim(reinterpret_cast<char const*>(value.get()))) : "";
}

/// A short name for the vocabularies we read; "" for elements without a namespace and for Atom and RSS 1.0 themselves.
std::string prefix(xmlNode const* node)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> known{{
        {"http://search.yahoo.com/mrss", "media:"},
        {"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes:"},
        {"http://purl.org/dc/elements/1.1", "dc:"},
        {"http://purl.org/rss/1.0/modules/content", "content:"},
        {"http://backend.userland.com/creativeCommonsRssModule", "cc:"},
        {"http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html", "cc:"},
        {"http://web.resource.org/cc", "cc:"},
        {"http://www.w3.org/2005/Atom", ""},
        {"http://purl.org/rss/1.0", ""},
    }};
    if (!node->ns || !node->ns->href) return "";
    std::string_view uri = reinterpret_cast<char const*>(node->ns->href);
    while (uri.ends_with('/')) uri.remove_suffix(1);
    for (auto const& [known_uri, name] : known)
        if (uri == known_uri) return std::string(name);
    return "?:";
}

std::string name(xmlNode const* node) { return prefix(node) + reinterpret_cast<char const*>(node->name); }

bool is_web(std::string const& url)
{
    try {
        static_cast<void>(net::parse_url(url));
        return true;
    } catch (base::Error const&) {
        return false;
    }
}

/// Hosts whose pages are videos although the feed names no file.
bool is_video_host(std::string const& url)
{
    static constexpr std::array<std::string_view, 8> hosts{"youtube.com", "youtu.be",  "vimeo.com",  "dailymotion.com",
                                                           "tiktok.com",  "twitch.tv", "rumble.com", "archive.org"};
    if (!is_web(url)) return false;
    auto const host = net::parse_url(url).host;
    return std::any_of(hosts.begin(), hosts.end(), [&](auto known) {
        return host == known || (host.ends_with(known) && host[host.size() - known.size() - 1] == '.');
    });
}

/// One item or entry while its elements go by.
class Item {
public:
    Item(std::string const& platform, std::string const& feed_url) : feed_url_(feed_url) { clip_.platform = platform; }

    void read(xmlNode const* node, int depth = 0)
    {
        for (auto const* child = node->children; child; child = child->next) {
            if (child->type != XML_ELEMENT_NODE) continue;
            auto const element = name(child);
            if ((element == "media:group" || element == "media:community") && depth < nesting_max)
                read(child, depth + 1);
            else if (element.starts_with("media:"))
                media(element.substr(6), child);
            else if (element.starts_with("itunes:"))
                itunes(element.substr(7), child);
            else
                plain(element, child);
        }
    }

    std::optional<Candidate> finish(std::string const& feed_author, std::string const& feed_language)
    {
        if (clip_.url.empty() && guid_is_link_ && is_web(guid_)) clip_.url = guid_;
        if (clip_.url.empty() && clip_.media_url) clip_.url = *clip_.media_url;
        if (!is_web(clip_.url) || (!clip_.media_url && !is_video_host(clip_.url))) return std::nullopt; // not a video
        if (clip_.title.empty()) clip_.title = clip_.description.empty() ? "untitled" : clip_.description;
        clip_.title = base::truncate_utf8(clip_.title, title_bytes_max);
        clip_.description = base::truncate_utf8(clip_.description, description_bytes_max);
        clip_.tags = split_list(tags_, "\n,");
        if (!clip_.author && !feed_author.empty()) clip_.author = feed_author;
        if (!clip_.language) clip_.language = language_tag(feed_language);
        auto const native = guid_.empty() ? clip_.url : guid_;
        clip_.id = clip_.platform + ":" + base::sha256(feed_url_ + "\n" + native).substr(0, 16);
        return std::move(clip_);
    }

private:
    void url_into(std::optional<std::string>& field, std::string const& url)
    {
        if (!field && is_web(url)) field = url;
    }

    void file(std::string const& url, std::string const& type, std::string const& medium)
    {
        if (type.starts_with("video/") || medium == "video") url_into(clip_.media_url, url);
    }

    void license(std::string const& said)
    {
        if (clip_.license == "unknown") clip_.license = normal_license(said);
        if (is_web(said))
            url_into(clip_.license_url, said);
        else if (!clip_.rights && !said.empty())
            clip_.rights = base::truncate_utf8(base::strip_html(said), title_bytes_max);
    }

    void media(std::string const& element, xmlNode const* node)
    {
        if (element == "content") {
            auto const had = clip_.media_url.has_value();
            file(attribute(node, "url"), attribute(node, "type"), attribute(node, "medium"));
            if (!clip_.duration_seconds) clip_.duration_seconds = parse_length(attribute(node, "duration"));
            if (had || !clip_.media_url) return read(node, nesting_max); // thumbnails and the like stand inside too
            clip_.width = parse_count(attribute(node, "width"));
            clip_.height = parse_count(attribute(node, "height"));
            read(node, nesting_max);
        } else if (element == "thumbnail") {
            url_into(clip_.thumbnail_url, attribute(node, "url"));
        } else if (element == "statistics") {
            clip_.views = parse_count(attribute(node, "views"));
            if (!clip_.likes) clip_.likes = parse_count(attribute(node, "favorites"));
        } else if (element == "starRating") {
            if (auto const count = parse_count(attribute(node, "count"))) clip_.likes = count;
        } else if (element == "license") {
            license(attribute(node, "href"));
            license(text(node));
        } else if (element == "keywords") {
            tags_ += text(node) + "\n";
        } else if (element == "title" && clip_.title.empty()) {
            clip_.title = base::strip_html(text(node));
        } else if (element == "description" && clip_.description.empty()) {
            clip_.description = base::strip_html(text(node));
        } else if (element == "credit" && !clip_.author) {
            author(text(node));
        }
    }

    void itunes(std::string const& element, xmlNode const* node)
    {
        if (element == "duration" && !clip_.duration_seconds)
            clip_.duration_seconds = parse_length(text(node));
        else if (element == "image")
            url_into(clip_.thumbnail_url, attribute(node, "href"));
        else if (element == "keywords")
            tags_ += text(node) + "\n";
        else if (element == "author")
            author(text(node));
        else if ((element == "summary" || element == "subtitle") && clip_.description.empty())
            clip_.description = base::strip_html(text(node));
    }

    void author(std::string const& said)
    {
        auto const cleaned = base::truncate_utf8(base::strip_html(said), title_bytes_max);
        if (!clip_.author && !cleaned.empty()) clip_.author = cleaned;
    }

    void link(xmlNode const* node)
    {
        auto const target = attribute(node, "href");
        auto const relation = attribute(node, "rel");
        if (target.empty()) {
            if (clip_.url.empty()) clip_.url = text(node); // RSS
        } else if (relation.empty() || relation == "alternate") {
            if (clip_.url.empty()) clip_.url = target;
        } else if (relation == "enclosure") {
            file(target, attribute(node, "type"), "");
        } else if (relation == "license") {
            license(target);
        }
    }

    void date(std::optional<base::Time> time, bool sure)
    {
        if (time && (sure || !clip_.published_at)) clip_.published_at = time;
    }

    void plain(std::string const& element, xmlNode const* node)
    {
        if (element == "title")
            clip_.title = base::strip_html(text(node));
        else if (element == "link")
            link(node);
        else if (element == "guid" || element == "id") {
            guid_ = text(node);
            guid_is_link_ = element == "guid" && attribute(node, "isPermaLink") != "false";
        } else if (element == "pubDate")
            date(base::parse_rfc2822(text(node)), true);
        else if (element == "published")
            date(base::parse_time(text(node)), true);
        else if (element == "dc:date" || element == "updated")
            date(base::parse_time(text(node)), false);
        else if (element == "enclosure")
            file(attribute(node, "url"), attribute(node, "type"), "");
        else if (element == "description" || element == "summary")
            clip_.description = base::strip_html(text(node));
        else if ((element == "content:encoded" || element == "content") && clip_.description.empty())
            clip_.description = base::strip_html(text(node));
        else if (element == "dc:creator")
            author(text(node));
        else if (element == "author") {
            auto named = false;
            for (auto const* child = node->children; child; child = child->next)
                if (child->type == XML_ELEMENT_NODE && name(child) == "name") {
                    author(text(child));
                    named = true;
                }
            if (!named) author(text(node));
        } else if (element == "category")
            tags_ += (attribute(node, "term").empty() ? text(node) : attribute(node, "term")) + "\n";
        else if (element == "cc:license" || element == "rights" || element == "dc:rights" || element == "copyright") {
            auto const resource = attribute(node, "resource");
            license(resource.empty() ? text(node) : resource);
        }
    }

    std::string const& feed_url_;
    Candidate clip_;
    std::string guid_;
    bool guid_is_link_ = false;
    std::string tags_;
};

/// No network, no DTD, no entities: what a hostile document could reach or blow up is off.
Document parse(std::string_view bytes)
{
    static auto const ready = (xmlInitParser(), true);
    static_cast<void>(ready);
    if (bytes.size() > feed_bytes_max)
        throw SourceError(SourceCode::BadAnswer, fmt::format("the feed is larger than {} bytes", feed_bytes_max));
    constexpr int strict = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    auto const read = [&](int options) {
        return Document(xmlReadMemory(bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, options));
    };
    auto document = read(strict);
    if (!document) document = read(strict | XML_PARSE_RECOVER); // many feeds use entities of HTML
    if (document && document->intSubset && document->intSubset->entities)
        throw SourceError(SourceCode::BadAnswer, "the feed declares entities of its own, which are not read");
    return document;
}

/// The direct child of that name.
xmlNode const* child_of(xmlNode const* node, std::string_view wanted)
{
    for (auto const* child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && name(child) == wanted) return child;
    return nullptr;
}

std::string first_text(xmlNode const* node, std::initializer_list<std::string_view> names)
{
    for (auto const wanted : names)
        if (auto const* child = child_of(node, wanted)) return text(child);
    return "";
}

} // namespace

std::vector<Candidate> read_feed(std::string_view bytes, std::string const& platform, std::string const& feed_url)
{
    auto const document = parse(bytes);
    auto const* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
    auto const kind = root ? std::string(reinterpret_cast<char const*>(root->name)) : "";
    if (kind != "rss" && kind != "RDF" && kind != "feed")
        throw SourceError(SourceCode::BadAnswer, "neither RSS nor Atom", "check the feed's address");
    auto const* channel = kind == "rss" ? child_of(root, "channel") : root;
    if (!channel) throw SourceError(SourceCode::LayoutChanged, "an RSS feed without a channel");
    auto const* head = kind == "RDF" && child_of(root, "channel") ? child_of(root, "channel") : channel;
    auto author = base::strip_html(first_text(head, {"itunes:author", "dc:creator"}));
    if (auto const* person = child_of(head, "author"); author.empty() && person)
        author = base::strip_html(first_text(person, {"name"}));
    auto const language = base::truncate_utf8(first_text(head, {"language", "dc:language"}), 35);
    std::vector<Candidate> out;
    std::size_t seen = 0;
    for (auto const* node = channel->children; node && seen < items_max; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) continue;
        auto const element = name(node);
        if (element != "item" && element != "entry") continue;
        ++seen;
        Item item(platform, feed_url);
        item.read(node);
        if (auto candidate = item.finish(author, language)) out.push_back(std::move(*candidate));
    }
    return out;
}

} // namespace discovery
