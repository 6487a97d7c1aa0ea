// Stands in for libFuzzer in ordinary builds: every file of a folder, then mutations of them from a fixed seed. A
// finding is a crash, a sanitizer's report, an exception that nobody caught or the test's time-out.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size); // NOLINT

static constexpr int mutations = 3000;
static constexpr std::size_t bytes_max = 1U << 16U;

static void run(std::string const& input)
{
    LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(input.data()), input.size());
}

/// One to four small changes: a byte, a piece removed, doubled or taken from another input, an awkward number.
static std::string mutate(std::vector<std::string> const& corpus, std::mt19937& random)
{
    static constexpr char const* awkward[]{"-1", "0", "1e400", "nan", "99999999999999999999", "\n", "\"", "{", "\xff"};
    auto const below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    auto text = corpus[below(corpus.size())];
    for (auto rounds = 1 + below(4); rounds > 0; --rounds) {
        auto const at = below(text.size() + 1);
        auto const length = below(std::min<std::size_t>(text.size() - at, 64) + 1);
        switch (below(5)) {
        case 0:
            if (at < text.size()) text[at] = static_cast<char>(random());
            break;
        case 1: text.erase(at, length); break;
        case 2: text.insert(at, text.substr(at, length)); break;
        case 3: {
            auto const& other = corpus[below(corpus.size())];
            text.insert(at, other, below(other.size() + 1), 1 + below(200));
            break;
        }
        default: text.replace(at, std::min<std::size_t>(length, 4), awkward[below(std::size(awkward))]);
        }
    }
    text.resize(std::min(text.size(), bytes_max));
    return text;
}

int main(int count, char** arguments)
{
    std::vector<std::filesystem::path> paths;
    if (count == 2)
        for (auto const& entry : std::filesystem::directory_iterator(arguments[1])) paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> corpus;
    for (auto const& path : paths) {
        std::ifstream in(path, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        run(corpus.back());
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "usage: %s FOLDER, with at least one file in it\n", arguments[0]);
        return 2;
    }
    run("");
    std::mt19937 random(1);
    for (int i = 0; i < mutations; ++i) run(mutate(corpus, random));
    std::printf("%zu inputs and %d mutations\n", corpus.size(), mutations);
    return 0;
}
