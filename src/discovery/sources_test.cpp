#include "base/file.h"
#include "discovery/field.h"
#include "discovery/json_path.h"
#include "discovery/source.h"
#include "support.h"

#include <cstdlib>
#include <random>

using discovery::Candidate;
using discovery::SourceCode;
using discovery::SourceError;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t sample_bytes_max = 1 << 20;

fs::path samples(std::string const& id) { return test::source_folder() / "tests/golden/sources" / id; }
std::string sample(std::string const& id, std::string const& name)
{
    return base::read_file(samples(id) / name, sample_bytes_max);
}

std::vector<discovery::SourceSpec> const& specs()
{
    static auto const all = discovery::load_specs(test::source_folder() / "catalog/sources");
    return all;
}

discovery::SourceSpec const& spec(std::string const& id)
{
    for (auto const& one : specs())
        if (one.id == id) return one;
    base::fail(base::ErrorCode::NotFound, "no spec {}", id);
}

bool has_details(discovery::SourceSpec const& spec)
{
    return std::any_of(spec.steps.begin(), spec.steps.end(),
                       [](auto const& step) { return step.gives == discovery::StepGives::Details; });
}

/// Holds a value to its golden file; ETTAMETTA_UPDATE_GOLDEN=1 writes it anew, for a person to read the difference.
void hold(std::vector<Candidate> const& candidates, fs::path const& path)
{
    auto const text = base::to_pretty_json(candidates) + "\n";
    if (std::getenv("ETTAMETTA_UPDATE_GOLDEN")) base::write_file_atomic(path, text);
    ASSERT_TRUE(fs::exists(path)) << path;
    EXPECT_EQ(test::first_difference(text, base::read_file(path, sample_bytes_max)), "") << path;
}

SourceError source_error(std::string const& id, std::string const& body)
{
    try {
        discovery::read_answer(spec(id), body, "https://x.example");
    } catch (SourceError const& error) {
        return error;
    }
    ADD_FAILURE() << "no error for " << body.substr(0, 100);
    return {SourceCode::BadAnswer, "none"};
}

} // namespace

TEST(Sources, every_file_of_the_catalog_has_a_sample)
{
    ASSERT_GE(specs().size(), 5U);
    for (auto const& one : specs()) {
        EXPECT_TRUE(fs::exists(samples(one.id))) << one.id;
        if (one.kind == discovery::SourceKind::Web) {
            for (auto const* name : {"answer.json", "empty.json", "error.json", "expected.json"})
                EXPECT_TRUE(fs::exists(samples(one.id) / name)) << one.id << " " << name;
        }
        EXPECT_TRUE(!has_details(one) || fs::exists(samples(one.id) / "detail.json")) << one.id;
    }
}

TEST(Sources, web_samples_give_the_candidates_expected)
{
    for (auto const& one : specs()) {
        if (one.kind != discovery::SourceKind::Web) continue;
        SCOPED_TRACE(one.id);
        auto found = discovery::read_answer(one, sample(one.id, "answer.json"), one.endpoint);
        ASSERT_FALSE(found.candidates.empty());
        if (has_details(one)) {
            EXPECT_TRUE(discovery::read_detail(one, sample(one.id, "detail.json"), one.endpoint, found.candidates[0]));
        }
        hold(found.candidates, samples(one.id) / "expected.json");
        EXPECT_TRUE(discovery::read_answer(one, sample(one.id, "empty.json"), one.endpoint).candidates.empty());
        EXPECT_THROW(discovery::read_answer(one, sample(one.id, "error.json"), one.endpoint), SourceError);
    }
}

TEST(Sources, feed_samples_give_the_candidates_expected)
{
    std::vector<Candidate> all;
    for (auto const* name : {"answer.xml", "atom.xml", "podcast.xml"})
        for (auto& one : discovery::read_feed(sample("rss", name), "rss", "https://feeds.example/" + std::string(name)))
            all.push_back(std::move(one));
    hold(all, samples("rss") / "expected.json");
}

TEST(Sources, what_a_platform_left_out_is_empty_and_never_zero)
{
    auto const found = discovery::read_answer(spec("wikimedia_commons"), sample("wikimedia_commons", "answer.json"),
                                              "https://x.example");
    for (auto const& one : found.candidates) {
        EXPECT_FALSE(one.views || one.likes || one.comments || one.shares);
        EXPECT_NE(base::to_json(one).find(R"("views":null)"), std::string::npos);
    }
}

TEST(Sources, another_layout_is_told_from_an_empty_answer)
{
    EXPECT_EQ(source_error("archive_org", R"({"response":{"numFound":0}})").source, SourceCode::LayoutChanged);
    EXPECT_EQ(source_error("peertube", R"({"total":0})").source, SourceCode::LayoutChanged);
    EXPECT_EQ(source_error("wikimedia_commons", R"({"query":{}})").source, SourceCode::LayoutChanged);
    EXPECT_EQ(source_error("wikimedia_commons", "{}").source, SourceCode::LayoutChanged);
    EXPECT_EQ(source_error("peertube", R"({"data":[{"title":"renamed"},{"title":"fields"}]})").source,
              SourceCode::LayoutChanged);
    EXPECT_EQ(source_error("peertube", "<html>no robots</html>").source, SourceCode::Blocked);
    EXPECT_EQ(source_error("peertube", R"({"data":[)").source, SourceCode::BadAnswer);
    EXPECT_EQ(source_error("wikimedia_commons", sample("wikimedia_commons", "error.json")).source,
              SourceCode::RateLimited);
}

TEST(Sources, a_hostile_answer_cannot_smuggle_in_what_is_no_web_address)
{
    auto const body = R"({"data":[{"uuid":"u","name":"x","url":"javascript:alert"},
        {"uuid":"v","name":"y","url":"https://ok.example/v","thumbnailUrl":"file:///etc/passwd",
          "views":-3,"duration":-1,"publishedAt":"soon"}]})";
    auto const found = discovery::read_answer(spec("peertube"), body, "https://x.example");
    ASSERT_EQ(found.candidates.size(), 1U);
    auto const& one = found.candidates[0];
    EXPECT_FALSE(one.thumbnail_url || one.views || one.duration_seconds || one.published_at);
    EXPECT_EQ(found.code, SourceCode::LayoutChanged);
}

TEST(Sources, a_feed_with_entities_of_its_own_is_refused)
{
    auto const bomb =
        R"(<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
        <rss version="2.0"><channel><item><title>&c;&x;</title><link>https://a.example/</link></item></channel></rss>)";
    EXPECT_NE(std::string(test::error_of([&] { discovery::read_feed(bomb, "rss", "f"); }).what()).find("entities"),
              std::string::npos);
    EXPECT_THROW(discovery::read_feed("<html><body>no feed</body></html>", "rss", "f"), SourceError);
    EXPECT_THROW(discovery::read_feed("", "rss", "f"), SourceError);
}

TEST(Sources, a_spec_with_a_mistake_is_refused_with_file_and_path)
{
    auto const message = [](std::string const& from, std::string const& to) {
        auto text = base::read_file(test::source_folder() / "catalog/sources/peertube.json", sample_bytes_max);
        auto const at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        return std::string(test::error_of([&] { discovery::read_spec(text, "peertube.json"); }).what());
    };
    EXPECT_EQ(message(R"("kind": "web")", R"("kind": "xml")"),
              "peertube.json: kind: 'xml' is none of web, feed, folder");
    EXPECT_EQ(message(R"("help")", R"("helpp")"), "peertube.json: helpp: unknown field");
    EXPECT_EQ(message("{query}", "{niche}"), "peertube.json: steps[0].request search holds the unknown {niche}");
    EXPECT_EQ(message(R"(["uuid"])", R"(["uuid["])"),
              "peertube.json: steps[0].fields.native_id.paths 'uuid[': a [ without its ]");
    EXPECT_EQ(message(R"("views": {)", R"("viewz": {)"),
              "peertube.json: steps[0].fields.viewz is no field of a candidate");
    EXPECT_EQ(message(R"("size_max": 100)", R"("size_max": 0)"),
              "peertube.json: steps[0].paging.size_max is 0, outside [1, 1000]");
    EXPECT_EQ(message(R"("cc0")", R"("cc1")"),
              "peertube.json: licenses.Public Domain Dedication 'cc1' is no licence we know");
    EXPECT_EQ(message("https://sepiasearch.org", "sepiasearch.org"),
              "peertube.json: endpoint sepiasearch.org: only http:// and https:// URLs are taken");
}

/// The same few thousand broken inputs every time: bytes of real samples changed, cut, doubled.
TEST(Sources, broken_answers_never_crash_the_readers)
{
    std::mt19937 chance(20260501); // NOLINT: the same sequence on purpose
    auto const mutate = [&](std::string text) {
        for (auto i = chance() % 6 + 1; i > 0 && !text.empty(); --i) {
            auto const at = chance() % text.size();
            switch (chance() % 4) {
            case 0: text[at] = static_cast<char>(chance()); break;
            case 1: text.erase(at, chance() % 40); break;
            case 2: text.insert(at, text.substr(chance() % text.size(), chance() % 60)); break;
            default: text.insert(at, std::string(1, "<>&\"'{}[],:\\0;"[chance() % 14])); break;
            }
        }
        return text;
    };
    int read = 0;
    auto const attempt = [&](auto work) {
        try {
            work();
            ++read;
        } catch (base::Error const&) { // refusing is fine; anything else ends the test
        }
    };
    for (auto const* name : {"answer.xml", "atom.xml", "podcast.xml"}) {
        auto const text = sample("rss", name);
        for (int i = 0; i < 700; ++i) attempt([&] { discovery::read_feed(mutate(text), "rss", "f"); });
    }
    for (auto const& one : specs()) {
        if (one.kind != discovery::SourceKind::Web) continue;
        auto const text = sample(one.id, "answer.json");
        auto const text_of_spec =
            base::read_file(test::source_folder() / ("catalog/sources/" + one.id + ".json"), sample_bytes_max);
        for (int i = 0; i < 300; ++i) {
            attempt([&] { discovery::read_answer(one, mutate(text), one.endpoint); });
            attempt([&] { discovery::read_spec(mutate(text_of_spec), "mutant"); });
        }
    }
    EXPECT_GT(read, 100); // the changes are small enough to get past the parsers
}

TEST(JsonPath, finds_by_name_index_star_and_pointer)
{
    auto const document =
        base::parse_json(R"({"a":{"b":[{"c":1},{"c":null},{"c":3}],"odd.name":"x"},"~/":"y"})", "test");
    auto const found = [&](char const* path) {
        std::string out;
        for (auto const* value : discovery::JsonPath(path).all(document, document.at("a"))) base::put_json(out, *value);
        return out;
    };
    EXPECT_EQ(found("$.a.b[*].c"), "13");
    EXPECT_EQ(found("b[2].c"), "3");
    EXPECT_EQ(found("$.a['odd.name']"), "\"x\"");
    EXPECT_EQ(found("['odd.name']"), "\"x\"");
    EXPECT_EQ(found("/a/b/0/c"), "1");
    EXPECT_EQ(found("/~0~1"), "\"y\"");
    EXPECT_EQ(found("$.a.*[0].c"), "1");
    EXPECT_EQ(found("b[-1].c"), "3");
    EXPECT_EQ(found("b[9].c.d"), "");
    EXPECT_EQ(found("b.c"), "");
    for (auto const* wrong :
         {"", "$a", "a..b", "a[", "a[x]", "a[-2]", "a.", "$.", "/~2", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"})
        EXPECT_EQ(test::error_of([&] { discovery::JsonPath{wrong}; }).code, base::ErrorCode::InvalidInput) << wrong;
}

TEST(Convert, reads_counts_and_lengths_as_platforms_write_them)
{
    EXPECT_EQ(discovery::parse_count("6,608"), 6608);
    EXPECT_EQ(discovery::parse_count("1.2K"), 1200);
    EXPECT_EQ(discovery::parse_count("3m"), 3'000'000);
    EXPECT_EQ(discovery::parse_count("200+"), 200);
    EXPECT_EQ(discovery::parse_count("0"), 0);
    for (auto const* unknown : {"-1", "", "many", "1.2.3", "nan", "1e300", "K"})
        EXPECT_EQ(discovery::parse_count(unknown), std::nullopt) << unknown;
    EXPECT_EQ(discovery::parse_length("PT1H2M3S"), 3723);
    EXPECT_EQ(discovery::parse_length("3h21m9s"), 12069);
    EXPECT_EQ(discovery::parse_length("1:13:05"), 4385);
    EXPECT_EQ(discovery::parse_length("75:30"), 4530);
    EXPECT_EQ(discovery::parse_length("754.37"), 754.37);
    for (auto const* unknown : {"0", "-5", "PT", "1:2:3:4", "soon", "inf"})
        EXPECT_EQ(discovery::parse_length(unknown), std::nullopt) << unknown;
    EXPECT_EQ(discovery::language_tag("English"), "en");
    EXPECT_EQ(discovery::language_tag("eng"), "en");
    EXPECT_EQ(discovery::language_tag("en_US"), "en-us");
    for (auto const* unknown : {"", "und", "Klingon, mostly", "e", "<b>"})
        EXPECT_EQ(discovery::language_tag(unknown), std::nullopt);
    EXPECT_EQ(discovery::file_title("File:Rye_milling.ogv"), "Rye milling");
    EXPECT_EQ(discovery::file_title("Mr. Potter"), "Mr. Potter");
    EXPECT_EQ(discovery::split_list("a; b ;;a", ";"), (std::vector<std::string>{"a", "b"}));
}
