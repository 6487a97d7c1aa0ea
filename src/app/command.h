#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app {

class App;

/// What stands on the command line without a dash.
struct Positional {
    std::string_view name; ///< "INPUT"
    std::string_view help;
    bool required = true;
    bool repeat = false;
    std::vector<std::string_view> choices = {}; ///< empty: anything
};

struct Option {
    std::string_view flag;  ///< "--look"
    std::string_view value; ///< name of its value, "" for a switch
    std::string_view help;
    std::string_view short_flag = {};
    bool required = false;
    bool repeat = false;
    std::vector<std::string_view> choices = {}; ///< offered by completion; checked by the command itself
};

/// What was given, after parsing. Names are those of the records: "INPUT", "--look".
class Arguments {
public:
    bool has(std::string_view name) const { return values_.contains(name); }
    std::string text(std::string_view name, std::string_view otherwise = {}) const;
    std::vector<std::string> all(std::string_view name) const;
    /// InvalidInput names the flag, the value and the limits.
    std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t min, std::int64_t max) const;
    void set(std::string name, std::vector<std::string> values) { values_[std::move(name)] = std::move(values); }

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// One command: the parser, its help and the shell completions all read this.
struct Command {
    std::string_view name;
    std::string_view help;
    std::vector<Positional> positionals = {};
    std::vector<Option> options = {};
    int (*run)(App&, Arguments const&) = nullptr;
    /// Fills in arguments that were not given, before anything is built.
    void (*prepare)(Arguments&) = nullptr;
};

/// Exit codes of the contract.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int invalid = 2;
inline constexpr int partial = 3;
inline constexpr int not_configured = 4;
inline constexpr int interrupted = 130;
} // namespace exit_code

std::span<Command const> all_commands();
/// Options that every command takes.
std::span<Option const> global_options();

struct Parsed {
    Command const* command = nullptr; ///< none: `text` is the answer
    Arguments arguments;
    std::string text; ///< help or version
};
/// InvalidInput where the line makes no sense.
Parsed parse(int count, char const* const* words);

/// The completion script for bash, zsh or fish.
std::string completion(std::string_view shell);

} // namespace app
