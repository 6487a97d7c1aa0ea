// Answers come from strangers: any bytes are candidates or one clear error, read as JSON, as XML, as a page, as a page
// with JSON in it and as a feed.
#include "base/error.h"
#include "discovery/source.h"

#include <cstdint>

namespace {

discovery::SourceSpec spec_of(std::string const& answer, std::string const& fields,
                              std::string const& error = "$.error")
{
    return discovery::read_spec(
        R"({"id":"x","title":"X","help":"h","terms":"t","endpoint":"https://api.x.example","steps":[{"name":"s",
        "request":{"path":"/"},"answer":)" +
            answer + R"(,"fields":)" + fields + R"(}],"errors":[{"when":[{"path":")" + error +
            R"(","exists":true}],"code":"bad_input"}]})",
        "x");
}

std::vector<discovery::SourceSpec> const& specs()
{
    static std::string const json_fields =
        R"json({"native_id":{"paths":["id"]},"url":{"paths":["url"],"base":"https://x.example"},
        "title":{"paths":["title","text"],"as":"html"},
        "description":{"paths":["text"],"as":"first_line"},"published_at":{"paths":["at"],"as":"time"},
        "duration_seconds":{"paths":["length"],"as":"duration"},
        "views":{"paths":["views","@best.n"],"as":"count","sum":true},"tags":{"paths":["tags"],"as":"list"},
        "language":{"paths":["lang"]},
        "license":{"paths":["license"],"as":"license"},"author":{"paths":["@user.name"]}})json";
    static std::string const xpath_fields =
        R"json({"native_id":{"paths":["@id","guid"]},"url":{"paths":["a/@href","link"],"base":"https://x.example"},
        "title":{"paths":["h3","title"]},"views":{"paths":["count(.//a)"],"as":"count"},
        "published_at":{"paths":["pubDate"],"as":"rfc2822"}})json";
    static std::string const json_answer = R"json("container":"$.items","items":["$.items[*]","$.items.*"],
        "picks":[{"name":"user","rows":"$.users[*]","key":"id","equals":"by"},{"name":"best","rows":"sizes[*]",
        "largest":"w"}],
        "let":{"cut":{"paths":["url"],"between":[{"after":"/"}]}}})json";
    static std::vector<discovery::SourceSpec> const all{
        spec_of("{" + json_answer, json_fields),
        spec_of(R"({"format":"html","embedded":"//script",)" + json_answer, json_fields),
        spec_of(R"({"format":"html","container":"//html","items":["//li"]})", xpath_fields, "//error"),
        spec_of(R"({"format":"xml","container":"/*","items":["//item"]})", xpath_fields, "//error")};
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    for (auto const& spec : specs()) {
        try {
            (void)discovery::read_answer(spec, text, spec.endpoint);
        } catch (base::Error const&) {
        }
    }
    try {
        (void)discovery::read_feed(text, "rss", "https://feeds.example/");
    } catch (base::Error const&) {
    }
    return 0;
}
