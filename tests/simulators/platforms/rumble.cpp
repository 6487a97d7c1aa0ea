#include "simulators/all.h"

namespace simulators {

static constexpr std::size_t page_size = 10;

static std::string slug_of(Clip const& clip)
{
    return "v6" + clip.id.substr(6) + "-" + base::slug(clip.title, 40) + ".html";
}
static std::string iso(Clip const& clip) { return base::format_time(clip.at).substr(0, 19) + "+00:00"; }

/// Fills {name} in a piece of markup.
static std::string fill(std::string text, std::vector<std::pair<std::string, std::string>> const& values)
{
    for (auto const& [name, value] : values)
        for (auto at = text.find("{" + name + "}"); at != std::string::npos; at = text.find("{" + name + "}"))
            text.replace(at, name.size() + 2, value);
    return text;
}

/// The three kinds of markup that are about.
static constexpr char const* listing = R"(<li class="video-listing-entry"><article class="video-item">
<h3 class="video-item--title">{title}</h3>
<a class="video-item--a" href="/{slug}"><img class="video-item--img" src="https://sp.rmbl.ws/{id}.jpg"></a>
<address class="video-item--by"><a rel="author" href="/c/{handle}"><div class="ellipsis-1">{author}</div></a></address>
{length}<span class="video-item--meta video-item--views" data-value="{views_text}"></span>
<span class="video-item--meta video-item--rumbles" data-value="{likes}"></span>
<time class="video-item--meta video-item--time" datetime="{at}">then</time></article></li>
)";
static constexpr char const* stream =
    R"(<div class="videostream thumbnail__grid--item" data-video-id="43" role="listitem">
<div class="thumbnail__thumb"><img class="thumbnail__image" src="https://hugh.cdn.rumble.cloud/{id}.jpg">
<div class="videostream__badge videostream__status videostream__status--duration">
   {clock}
</div><a class="videostream__link link" href="/{slug}?e9s=src_v1_sim"></a></div>
<h3 class="thumbnail__title line-clamp-2" title="{title}">{title}</h3>
<a rel="author" class="channel__link link" href="/c/{handle}"><span class="channel__name" title="{author}">x</span></a>
<time class="videostream__data--subitem videostream__time" datetime="{at}">then</time>
<span class="videostream__data--item videostream__views" data-views="{views}">x</span>
<span class="videostream__data--subitem videostream__comments--count">{comments}</span></div>
)";
static constexpr char const* element = R"(<rum-video-thumbnail role="listitem" url="/{slug}" video-id="{id}"
 title="{title}" name="{author}" time="{at}" duration="{seconds}" views="{views}"
 src="https://hugh.cdn.rumble.cloud/{id}.jpg"><a rel="author" href="/c/{handle}"></a></rum-video-thumbnail>
)";

static std::string card(Clip const& clip, char const* markup)
{
    auto const clock = clock_length(clip.seconds);
    auto const length = clip.number == 5 ? std::string("<span class=\"video-item--live\" data-value=\"LIVE\"></span>")
                                         : "<span class=\"video-item--duration\" data-value=\"" + clock + "\"></span>";
    return fill(markup, {{"title", base::escape_markup(clip.title)},
                         {"slug", slug_of(clip)},
                         {"id", clip.id},
                         {"handle", clip.handle},
                         {"author", base::escape_markup(clip.author)},
                         {"length", length},
                         {"clock", clock},
                         {"views_text", fmt::format("{},{:03}", clip.views / 1000, clip.views % 1000)},
                         {"views", std::to_string(clip.views)},
                         {"likes", std::to_string(clip.likes)},
                         {"comments", std::to_string(clip.comments)},
                         {"seconds", std::to_string(clip.seconds)},
                         {"at", iso(clip)}});
}

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_page("<html><title>" + why + "</title></html>", status);
}

/// Rumble's search pages: the first page in one markup, the second in the next, as they are found mixed.
Plan rumble(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(asked.at("/search/video"), 404, "no such page");
        asked.takes({{"q", any_text()}}, {{"page", whole_number(1, 100)},
                                          {"sort", one_of({"views", "date"})},
                                          {"date", one_of({"today", "this-week", "this-month", "this-year"})},
                                          {"duration", one_of({"short", "long"})}});
        auto const number = asked.number("page", 1);
        auto const page = page_of(clips("rumble", asked.text("q"), stage.clock.now(), stage.clips_per_query), {},
                                  static_cast<std::size_t>(number - 1) * page_size, page_size);
        std::string html;
        for (auto const& clip : page.clips)
            html += card(clip, number % 3 == 1 ? listing : number % 3 == 2 ? stream : element);
        return answer_page(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Search results for: " +
            base::escape_markup(asked.text("q")) + "</title></head><body><main><ol>" + html +
            "</ol></main></body></html>");
    };
    auto const challenge = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable "
                           "JavaScript and cookies to continue</noscript></body></html>";
    auto const renamed = "<html><title>Search results for: x</title><li class=\"video-listing-entry\">"
                         "<article class=\"video-item\"><b>?</b></article></li></html>";
    return {"rumble",
            {},
            answer,
            {{"challenge", "blocked", answer_page(challenge, 403)},
             {"challenge as a 503", "blocked", answer_page(challenge, 503)},
             {"challenge inside 200", "blocked", answer_page(challenge)},
             {"too many", "rate_limited", answer_page("<html>slow down</html>", 429)},
             {"renamed fields", "layout_changed", answer_page(renamed)},
             {"down", "upstream_error", answer_page("<html>502</html>", 502)}}};
}

} // namespace simulators
