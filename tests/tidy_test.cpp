// Checks of the source text itself: layers, sizes, forgotten registrations, words that do not belong here.
#include "base/text.h"
#include "support.h"

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;
static fs::path const root = SOURCE_DIR;

static std::string read(fs::path const& path)
{
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

static bool is_code(fs::path const& path) { return path.extension() == ".h" || path.extension() == ".cpp"; }

static std::vector<fs::path> files(std::string const& folder)
{
    std::vector<fs::path> paths;
    for (auto const& entry : fs::recursive_directory_iterator(root / folder))
        if (is_code(entry.path())) paths.push_back(entry.path());
    return paths;
}

/// What each module may include, as the top CMakeLists.txt says.
static std::map<std::string, std::set<std::string>> allowed()
{
    std::map<std::string, std::set<std::string>> modules;
    auto const cmake = read(root / "CMakeLists.txt");
    std::regex const call(R"(\nettametta_module\(([^)]*)\))");
    for (std::sregex_iterator it(cmake.begin(), cmake.end(), call), end; it != end; ++it) {
        std::istringstream words((*it)[1].str());
        std::string name;
        words >> name;
        auto& depends = modules[name];
        depends.insert(name);
        auto listing = false;
        for (std::string word; words >> word;) {
            if (word == "DEPENDS")
                listing = true;
            else if (word == "LIBRARIES" || word == "TEST_LIBRARIES")
                listing = false;
            else if (listing)
                depends.insert(word);
        }
    }
    return modules;
}

/// Layers of docs/architecture.md from the ground up; a module may depend on lower ones only.
static int layer_of(std::string const& module)
{
    static std::vector<std::set<std::string>> const layers{
        {"base"},
        {"plan", "calendar"},
        {"net", "store", "bus", "media"},
        {"ai", "objects"},
        {"accounts"},
        {"discovery", "studio", "publishing", "monetization", "analytics", "lifecycle"},
        {"nexus", "speech"},
        {"agent"},
        {"jobs", "api"},
        {"app"}};
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].contains(module)) return static_cast<int>(i);
    return -1;
}

TEST(Tidy, modules_depend_on_lower_layers_only)
{
    for (auto const& [module, depends] : allowed()) {
        EXPECT_GE(layer_of(module), 0) << module << " is in no layer";
        for (auto const& other : depends) {
            // The one exception: a job is the only way in which the API begins long work.
            if (other != module && !(module == "api" && other == "jobs")) {
                EXPECT_LT(layer_of(other), layer_of(module)) << module << " may not depend on " << other;
            }
        }
    }
    EXPECT_GE(allowed().size(), 10U);
}

TEST(Tidy, includes_follow_the_layers)
{
    auto const modules = allowed();
    std::regex const include("#include \"(\\w+)/");
    for (auto const& path : files("src")) {
        auto const module = (*fs::relative(path, root / "src").begin()).string();
        auto const text = read(path);
        for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
            if ((*it)[1] == "simulators" && path.stem().string().ends_with("_test")) continue; // they lie in tests/
            EXPECT_TRUE(modules.at(module).contains((*it)[1])) << path << " may not include " << (*it)[1];
        }
    }
}

TEST(Tidy, libraries_stay_where_they_belong)
{
    std::map<std::string, std::string> const homes{
        {"libav", "media"},        {"opencv2/", "media"},   {"pango/", "media"}, {"cairo", "media"},
        {"pocketsphinx", "media"}, {"tesseract/", "media"}, {"hwy/", "media"},   {"rubberband/", "media"},
        {"boost/asio", "net"},     {"boost/beast", "net"},  {"curl/", "net"},    {"sqlite3.h", "store"},
        {"libpq-fe.h", "store"},   {"CLI/", "app"},         {"toml++", "base"},  {"nats/", "bus"},
        {"date/", "calendar"}};
    std::regex const include("#include [<\"]([^>\"]+)[>\"]");
    for (auto const& path : files("src")) {
        auto const module = (*fs::relative(path, root / "src").begin()).string();
        auto const text = read(path);
        for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it)
            for (auto const& [library, home] : homes)
                if ((*it)[1].str().starts_with(library)) {
                    EXPECT_EQ(module, home) << path << " includes " << (*it)[1];
                }
    }
}

TEST(Tidy, files_and_lines_stay_short)
{
    auto paths = files("src");
    auto const tests = files("tests");
    paths.insert(paths.end(), tests.begin(), tests.end());
    for (auto const& path : paths) {
        std::istringstream text(read(path));
        int lines = 0;
        for (std::string line; std::getline(text, line);) {
            ++lines;
            EXPECT_LE(line.size(), 120U) << path << ":" << lines;
        }
        EXPECT_LE(lines, 400) << path;
    }
}

/// A function's body ends with the brace in the column where its first line began.
TEST(Tidy, functions_stay_short)
{
    for (auto const& path : files("src")) {
        std::istringstream text(read(path));
        int number = 0;
        int open = 0;
        std::string before;
        for (std::string line; std::getline(text, line);) {
            ++number;
            if (line == "{" && before.find("namespace") == std::string::npos) open = number;
            if (line == "}" && open > 0) {
                EXPECT_LE(number - open - 1, 60) << path << ":" << open;
                open = 0;
            }
            before = line;
        }
    }
}

TEST(Tidy, every_plugin_is_declared_and_listed)
{
    std::map<std::string, std::string> const families{
        {"media/filters", "media/all_filters.cpp"}, {"api/routes", "api/all_routes.cpp"},
        {"jobs/kinds", "jobs/all_jobs.cpp"},        {"publishing/publishers", "publishing/all_publishers.cpp"},
        {"ai/providers", "ai/all_providers.cpp"},   {"app/commands", "app/all_commands.cpp"}};
    for (auto const& [folder, list] : families) {
        auto const text = read(root / "src" / list);
        for (auto const& entry : fs::directory_iterator(root / "src" / folder)) {
            auto const name = entry.path().stem().string();
            if (name.ends_with("_test")) continue;
            std::regex const calls("\\b" + name + "\\(");
            auto const times = std::distance(std::sregex_iterator(text.begin(), text.end(), calls), {});
            EXPECT_EQ(times, 2) << name << " must be declared and listed in " << list;
        }
    }
}

TEST(Tidy, every_decision_is_numbered_once)
{
    std::set<std::string> numbers;
    for (auto const& entry : fs::directory_iterator(root / "docs/decisions"))
        EXPECT_TRUE(numbers.insert(entry.path().filename().string().substr(0, 4)).second) << entry.path();
    EXPECT_FALSE(numbers.empty());
}

/// docs/security.md says which test shows what: each of them must be there.
TEST(Tidy, every_test_that_the_security_page_names_exists)
{
    std::string tests;
    for (auto const& folder : {"src", "tests"})
        for (auto const& path : files(folder))
            if (path.stem().string().ends_with("_test")) tests += read(path);
    auto const page = read(root / "docs/security.md");
    std::regex const name("`([A-Z][A-Za-z]+)\\.([a-z_0-9]{12,})`");
    int named = 0;
    for (std::sregex_iterator it(page.begin(), page.end(), name), end; it != end; ++it, ++named) {
        auto const rest = (*it)[1].str() + ", " + (*it)[2].str() + ")";
        EXPECT_NE(tests.find("(" + rest), std::string::npos) << (*it)[0] << " is no test";
    }
    EXPECT_GE(named, 60);
}

TEST(Tidy, every_installed_package_is_listed_once)
{
    std::istringstream text(read(root / "deploy/packages.txt"));
    std::set<std::string> seen;
    for (std::string line; std::getline(text, line);) {
        line = line.substr(0, line.find('#'));
        std::erase(line, ' ');
        if (!line.empty()) { EXPECT_TRUE(seen.insert(line).second) << line; }
    }
    EXPECT_GE(seen.size(), 30U);
}
