// Every file of the catalog against what its platform was seen to answer: tests/golden/sources/ID/.
//   answer.*        to its first step that gives items      detail.*       to its step that gives details
//   STEP.*          to any other step                       empty.*        where there is nothing
//   error.STATUS.CODE.*   refusals, and the code that they stand for       expected.json  what is made of it all
#include "base/file.h"
#include "discovery/scan.h"
#include "simulators/platform.h"
#include "support.h"

#include <cstdlib>

using discovery::Candidate;
using discovery::SourceReport;
using discovery::SourceSpec;
using discovery::SourceStatus;
using discovery::StepGives;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t sample_bytes_max = 1 << 20;
constexpr char const* niche = "night photography";

fs::path samples(std::string const& id) { return test::source_folder() / "tests/golden/sources" / id; }

/// The file of that name with whatever ending; "" where there is none.
fs::path sample(std::string const& id, std::string const& name)
{
    for (auto const* ending : {".json", ".xml", ".html"})
        if (auto const path = samples(id) / (name + ending); fs::exists(path)) return path;
    return {};
}

std::vector<SourceSpec> const& specs()
{
    static auto const all = discovery::load_specs(test::source_folder() / "catalog/sources");
    return all;
}

net::ServerResponse served(fs::path const& path, int status = 200)
{
    auto const ending = path.extension();
    auto const type = ending == ".json"   ? "application/json"
                      : ending == ".html" ? "text/html; charset=utf-8"
                      : ending == ".xml"  ? "application/xml"
                                          : "text/plain";
    return {status, {}, base::read_file(path, sample_bytes_max), type};
}

/// True where a path is what the template makes; a token stands for one part of the path.
bool fits(std::string_view path, std::string_view pattern)
{
    auto const given = base::split(path, '/');
    auto const wanted = base::split(pattern, '/');
    if (given.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < given.size(); ++i)
        if (wanted[i].find('{') == std::string::npos && given[i] != wanted[i]) return false;
    return true;
}

/// A platform that answers as it was recorded. A step's second page has nothing in it.
class Replay {
public:
    explicit Replay(SourceSpec const& spec)
        : spec_(spec), platform_([this](net::ServerRequest const& request) { return answer(request); }, "{}")
    {
    }

    std::string url() const { return platform_.url(); }
    /// From now on every step, but not signing in, gets this.
    void answer_with(net::ServerResponse response) { always_ = std::move(response); }

private:
    std::string file_of(discovery::Step const& step) const
    {
        if (step.gives == StepGives::Details) return "detail";
        for (auto const& other : spec_.steps)
            if (other.gives == StepGives::Items) return other.name == step.name ? "answer" : step.name;
        return step.name;
    }

    net::ServerResponse answer(net::ServerRequest const& request)
    {
        for (auto const* token : {&spec_.auth.token, &spec_.auth.refresh})
            if (token->has_value() && (*token)->request.path == request.path)
                return {200, {}, R"({"access_token":"t","accessJwt":"t","refreshJwt":"r","expires_in":3600})"};
        for (auto const& step : spec_.steps) {
            if (!fits(request.path, step.request.path)) continue;
            if (always_ && step.gives != StepGives::Details) return *always_;
            auto const again = step.gives == StepGives::Items && ++asked_[step.name] > 1;
            return served(sample(spec_.id, again ? "empty" : file_of(step)));
        }
        return {404, {}, "no step asks for " + request.path, "text/plain"};
    }

    SourceSpec const& spec_;
    std::map<std::string, int> asked_;
    std::optional<net::ServerResponse> always_;
    simulators::Platform platform_; // last: stops first
};

struct Told {
    SourceReport report;
    std::vector<Candidate> candidates;
};

/// Everything that a source needs is set to something.
discovery::Options options_for(SourceSpec const& spec, std::string const& url)
{
    discovery::Options out;
    out.endpoints[spec.id] = url;
    for (auto const& [token, name] : spec.auth.settings) out.credentials[name] = "made-up";
    for (auto const& [name, rule] : spec.settings)
        if (rule.required) out.settings[rule.setting] = "1001";
    return out;
}

Told ask(SourceSpec const& spec, std::string const& url, std::string const& about = niche)
{
    base::FixedClock const clock(*base::parse_time("2026-05-06T00:00:00Z"));
    base::Random random{1};
    net::ClientOptions client_options;
    client_options.user_agent = "ettametta/0.1 (tests; contact@example.com)";
    client_options.backoff_first = 1ms;
    client_options.resolver = [](auto&&...) { return std::vector<net::Address>{}; }; // nobody else is there
    net::HttpClient client{client_options, clock, random};
    discovery::Scanner scanner(test::source_folder() / "catalog", options_for(spec, url), client, clock);
    Told told;
    scanner.scan({about, *base::parse_time("2026-04-06T00:00:00Z"), 100, {spec.id}}, {},
                 [&](SourceReport const& report, std::vector<Candidate> const& candidates) {
                     told = {report, candidates};
                 });
    return told;
}

/// Holds candidates to a golden file; ETTAMETTA_UPDATE_GOLDEN=1 writes it anew, for a person to read the difference.
void hold(std::vector<Candidate> const& candidates, fs::path const& path, std::string const& url)
{
    auto text = base::to_pretty_json(candidates) + "\n";
    for (auto at = text.find(url); at != std::string::npos; at = text.find(url)) text.replace(at, url.size(), "{here}");
    if (std::getenv("ETTAMETTA_UPDATE_GOLDEN")) base::write_file_atomic(path, text);
    ASSERT_TRUE(fs::exists(path)) << path;
    EXPECT_EQ(test::first_difference(text, base::read_file(path, sample_bytes_max)), "") << path;
}

/// One test for each web source.
class Contract : public testing::TestWithParam<std::string> {
protected:
    SourceSpec const& spec() const
    {
        for (auto const& one : specs())
            if (one.id == GetParam()) return one;
        base::fail(base::ErrorCode::NotFound, "no spec {}", GetParam());
    }
};

std::vector<std::string> web_sources()
{
    std::vector<std::string> out;
    for (auto const& one : specs())
        if (one.kind == discovery::SourceKind::Web) out.push_back(one.id);
    return out;
}

INSTANTIATE_TEST_SUITE_P(Catalog, Contract, testing::ValuesIn(web_sources()),
                         [](auto const& test_case) { return test_case.param; });

} // namespace

TEST_P(Contract, recorded_answers_give_the_candidates_expected)
{
    Replay const replay(spec());
    auto const told = ask(spec(), replay.url());
    EXPECT_TRUE(told.report.status == SourceStatus::Ok || told.report.status == SourceStatus::Partial)
        << told.report.reason.value_or("no reason");
    EXPECT_FALSE(told.candidates.empty());
    for (auto const& one : told.candidates) {
        EXPECT_EQ(one.platform, spec().id);
        EXPECT_FALSE(one.title.empty()) << one.id;
        EXPECT_TRUE(one.url.starts_with("http")) << one.url;
    }
    hold(told.candidates, samples(spec().id) / "expected.json", replay.url());
}

TEST_P(Contract, an_empty_answer_is_empty_and_no_failure)
{
    auto const path = sample(spec().id, "empty");
    ASSERT_FALSE(path.empty()) << "no recorded empty answer";
    for (auto const& step : spec().steps)
        if (step.gives == StepGives::Values && step.answer.format != discovery::AnswerFormat::Json) return;
    Replay replay(spec());
    replay.answer_with(served(path));
    auto const told = ask(spec(), replay.url());
    EXPECT_EQ(told.report.status, SourceStatus::Empty) << told.report.reason.value_or("no reason");
    EXPECT_FALSE(told.report.code);
}

TEST_P(Contract, recorded_refusals_get_the_code_that_their_name_says)
{
    int seen = 0;
    for (auto const& entry : fs::directory_iterator(samples(spec().id))) {
        auto const parts = base::split(entry.path().filename().string(), '.'); // error.STATUS.CODE.ENDING
        if (parts.size() < 4 || parts[0] != "error") continue;
        ++seen;
        Replay replay(spec());
        replay.answer_with(served(entry.path(), std::stoi(parts[1])));
        auto const told = ask(spec(), replay.url());
        EXPECT_EQ(told.report.status, SourceStatus::Failed) << entry.path();
        EXPECT_EQ(told.report.code ? base::enum_text(*told.report.code) : "none", parts[2])
            << entry.path() << ": " << told.report.reason.value_or("no reason");
        EXPECT_TRUE(told.report.reason) << entry.path();
    }
    EXPECT_GE(seen, 1) << "no recorded refusal";
}

TEST(Contracts, every_file_of_the_catalog_has_its_samples_and_says_what_it_needs)
{
    EXPECT_GE(specs().size(), 26U);
    for (auto const& one : specs()) {
        EXPECT_TRUE(fs::exists(samples(one.id))) << one.id;
        EXPECT_FALSE(one.help.empty() || one.terms.empty()) << one.id;
        for (auto const& [token, name] : one.auth.settings)
            EXPECT_NE((one.help + one.auth.next_action).find(name.substr(0, name.rfind('.'))), std::string::npos)
                << one.id << " doesn't say that it needs " << name;
        for (auto const& [name, rule] : one.settings)
            EXPECT_TRUE(!rule.required || one.help.find(rule.setting) != std::string::npos) << rule.setting;
    }
}

TEST(Contracts, a_source_without_its_setting_is_unavailable_and_names_it)
{
    for (auto const& one : specs()) {
        if (one.kind != discovery::SourceKind::Web || one.auth.optional) continue;
        auto const needs =
            !one.auth.settings.empty() || std::any_of(one.settings.begin(), one.settings.end(),
                                                      [](auto const& setting) { return setting.second.required; });
        if (!needs) continue;
        base::FixedClock const clock(*base::parse_time("2026-05-06T00:00:00Z"));
        base::Random random{1};
        net::HttpClient client{{}, clock, random};
        discovery::Scanner scanner(test::source_folder() / "catalog", {}, client, clock);
        auto const report = scanner.scan({niche, clock.now() - 24h, 5, {one.id}}).sources.front();
        EXPECT_EQ(report.status, SourceStatus::Unavailable) << one.id;
        EXPECT_EQ(report.code, discovery::SourceCode::AuthMissing) << one.id;
        auto named = false;
        for (auto const& [token, name] : one.auth.settings)
            named |= report.reason.value_or("").find(name) != std::string::npos;
        for (auto const& [name, rule] : one.settings)
            named |= report.reason.value_or("").find(rule.setting) != std::string::npos;
        EXPECT_TRUE(named) << one.id << ": " << report.reason.value_or("no reason");
        EXPECT_TRUE(report.next_action) << one.id;
    }
}

TEST(Contracts, all_layouts_of_rumble_are_read)
{
    auto const& rumble =
        *std::find_if(specs().begin(), specs().end(), [](auto const& one) { return one.id == "rumble"; });
    for (auto const* name : {"stream", "element"}) {
        Replay replay(rumble);
        replay.answer_with(served(samples("rumble") / (std::string(name) + ".html")));
        auto const told = ask(rumble, replay.url());
        hold(told.candidates, samples("rumble") / (std::string("expected_") + name + ".json"), replay.url());
    }
}
