// 100,000 candidates out of sources' JSON: parsed, merged, ranked, on one core. Processor seconds; prints Markdown.
#include "base/file.h"
#include "discovery/merge.h"
#include "discovery/rank.h"
#include "discovery/source.h"

#include <cstdio>
#include <ctime>
#include <random>

using discovery::Candidate;

namespace {

constexpr int items_wanted = 100'000;
constexpr int items_a_page = 100;

double processor_seconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Words of which few are frequent and most are rare, as in any language.
std::string words(std::mt19937_64& chance, int count)
{
    std::string out;
    for (int i = 0; i < count; ++i) {
        auto const rank = 1 + static_cast<unsigned>(20'000.0 / static_cast<double>(1 + chance() % 20'000));
        auto number = rank * 2654435761U % 100'003 + chance() % 4 * rank;
        if (i > 0) out += ' ';
        for (int k = 0; k < 3 || number > 0; ++k, number /= 20)
            (out += "bcdfghjklmnprstvwxyz"[number % 20]) += "aeiou"[k % 5];
    }
    return out;
}

/// A page of a PeerTube index as it answers, with the fields that one has.
std::string page(std::mt19937_64& chance, int number, base::Time now)
{
    base::json::array data;
    for (int i = 0; i < items_a_page; ++i) {
        auto const id = number * items_a_page + i;
        auto const original = id % 10 == 9 ? id - 5 : id; // one in ten was found before, under another name
        auto const published = now - base::Milliseconds(static_cast<std::int64_t>(chance() % 600) * 3'600'000);
        data.push_back(base::json::object{
            {"id", id},
            {"uuid", fmt::format("{:08x}-0000-4000-8000-000000000000", id)},
            {"shortUUID", fmt::format("s{:x}", id)},
            {"url", fmt::format("https://{}.tube.example/videos/watch/{:x}{}", "abcdefghijklmnopqrst"[original % 20],
                                original, original != id || id % 4 == 0 ? "?utm_source=x" : "")},
            {"name", words(chance, 7)},
            {"category", {{"id", 5}, {"label", "Nature"}}},
            {"licence", {{"id", 1}, {"label", id % 3 ? "Attribution" : "Attribution - Share Alike"}}},
            {"language", {{"id", "en"}, {"label", "English"}}},
            {"privacy", {{"id", 1}, {"label", "Public"}}},
            {"nsfw", false},
            {"description", words(chance, 60)},
            {"isLocal", false},
            {"duration", 10 + static_cast<int>(chance() % 300)},
            {"views", static_cast<int>(chance() % 100'000)},
            {"likes", static_cast<int>(chance() % 3'000)},
            {"dislikes", 2},
            {"comments", static_cast<int>(chance() % 200)},
            {"thumbnailUrl", fmt::format("https://tube{}.example/lazy-static/thumbnails/{:x}.jpg", id % 50, id)},
            {"previewUrl", fmt::format("https://tube{}.example/lazy-static/previews/{:x}.jpg", id % 50, id)},
            {"publishedAt", base::format_time(published)},
            {"updatedAt", base::format_time(published)},
            {"tags", {"birds", "nature", "city"}},
            {"account",
             {{"name", fmt::format("author{}", id % 5'000)},
              {"displayName", fmt::format("Author {}", id % 5'000)},
              {"host", "tube.example"}}},
            {"channel", {{"name", "channel"}, {"displayName", "Channel"}}}});
    }
    return base::json::serialize(base::json::object{{"total", items_wanted}, {"data", data}});
}

} // namespace

int main(int count, char** arguments)
{
    std::filesystem::path const catalog = count > 1 ? arguments[1] : "catalog";
    auto const specs = discovery::load_specs(catalog / "sources");
    auto const& spec = *std::ranges::find(specs, std::string("peertube"), &discovery::SourceSpec::id);
    auto const rules = discovery::load_rank_rules(catalog / "ranking.json");
    auto const now = *base::parse_time("2026-05-06T00:00:00Z");
    std::mt19937_64 chance(1);
    std::vector<std::string> pages;
    std::size_t bytes = 0;
    for (int i = 0; i < items_wanted / items_a_page; ++i) bytes += pages.emplace_back(page(chance, i, now)).size();
    std::printf("%d items, %.1f MB of JSON\n\n| step | processor seconds |\n|---|---|\n", items_wanted,
                static_cast<double>(bytes) / 1e6);
    auto const begin = processor_seconds();
    std::vector<Candidate> candidates;
    candidates.reserve(items_wanted);
    for (auto const& text : pages)
        for (auto& one : discovery::read_answer(spec, text, spec.endpoint).candidates)
            candidates.push_back(std::move(one));
    for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].platform = "p" + std::to_string(i % 25);
    auto const parsed = processor_seconds();
    discovery::merge_duplicates(candidates);
    auto const merged = processor_seconds();
    discovery::rank(candidates, {"urban birds", now}, rules);
    auto const ranked = processor_seconds();
    std::printf("| read | %.2f |\n| merged, %zu left | %.2f |\n| ranked | %.2f |\n| all | %.2f |\n", parsed - begin,
                candidates.size(), merged - parsed, ranked - merged, ranked - begin);
}
