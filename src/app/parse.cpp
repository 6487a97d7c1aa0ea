#include "app/command.h"
#include "app/version.h"
#include "base/error.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <deque>

namespace app {

std::string Arguments::text(std::string_view name, std::string_view otherwise) const
{
    auto const it = values_.find(name);
    return it == values_.end() || it->second.empty() ? std::string(otherwise) : it->second.back();
}

std::vector<std::string> Arguments::all(std::string_view name) const
{
    auto const it = values_.find(name);
    return it == values_.end() ? std::vector<std::string>{} : it->second;
}

std::int64_t Arguments::integer(std::string_view name, std::int64_t otherwise, std::int64_t min, std::int64_t max) const
{
    if (!has(name)) return otherwise;
    auto const given = text(name);
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (error != std::errc{} || end != given.data() + given.size() || value < min || value > max)
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not a whole number in [{}, {}]", name, given, min, max);
    return value;
}

std::span<Option const> global_options()
{
    static std::vector<Option> const options{
        {"--data", "DIR", "folder for the database, clips and the outbox"},
        {"--config", "FILE", "settings file (default: ettametta.toml in the data folder, where there is one)"},
        {"--json", "", "one JSON document on standard output, nothing else there"},
        {"--now", "TIME", "take this as the present, for reproducible runs"},
        {"--seed", "N", "seed for everything that is left to chance"},
        {"--quiet", "", "no progress"},
        {"--log-level",
         "LEVEL",
         "debug, info, warning (default), error or off",
         {},
         false,
         false,
         {"debug", "info", "warning", "error", "off"}},
    };
    return options;
}

namespace {

/// Where CLI11 puts what it reads; the places must not move while it parses.
struct Sink {
    std::string name;
    std::vector<std::string> values;
    bool flag = false;
    CLI::Option* option = nullptr;
};

class Parser {
public:
    Parser()
    {
        root_.require_subcommand(0, 1);
        root_.fallthrough();
        root_.set_help_flag("--help,-h", "explains a command");
        version_ = root_.add_flag(std::string("--version"), version_flag_, std::string("prints the version"));
        for (auto const& option : global_options()) add(root_, option);
        for (auto const& command : all_commands()) {
            auto* sub = root_.add_subcommand(std::string(command.name), std::string(command.help));
            sub->fallthrough();
            subs_.emplace_back(sub, &command);
            for (auto const& positional : command.positionals) add(*sub, positional);
            for (auto const& option : command.options) add(*sub, option);
        }
    }

    Parsed parse(int count, char const* const* words)
    {
        try {
            root_.parse(count, words);
        } catch (CLI::CallForHelp const&) {
            return {nullptr, {}, help()};
        } catch (CLI::ParseError const& error) {
            base::fail(base::ErrorCode::InvalidInput, base::Next{"`ettametta --help` shows what there is"}, "{}",
                       error.what());
        }
        if (version_->count() > 0) return {nullptr, {}, std::string(version) + "\n"};
        Parsed parsed;
        for (auto const& [sub, command] : subs_)
            if (sub->parsed()) parsed.command = command;
        if (!parsed.command) return {nullptr, {}, root_.help()};
        for (auto const& sink : sinks_)
            if (sink.option->count() > 0) parsed.arguments.set(sink.name, sink.values);
        return parsed;
    }

private:
    std::string help() const
    {
        for (auto const& [sub, command] : subs_)
            if (sub->parsed() || sub->count() > 0)
                return sub->help() + "\nOptions for every command: `ettametta --help`.\n";
        return root_.help();
    }

    void add(CLI::App& app, Option const& option)
    {
        auto& sink = sinks_.emplace_back();
        sink.name = option.flag;
        auto names = std::string(option.flag);
        if (!option.short_flag.empty()) names = std::string(option.short_flag) + "," + names;
        if (option.value.empty()) {
            sink.option = app.add_flag(names, sink.flag, std::string(option.help));
            return;
        }
        sink.option = app.add_option(names, sink.values, std::string(option.help))
                          ->type_name(std::string(option.value))
                          ->type_size(1);
        if (!option.repeat) sink.option->multi_option_policy(CLI::MultiOptionPolicy::Throw)->expected(1);
        if (option.required) sink.option->required();
    }

    void add(CLI::App& app, Positional const& positional)
    {
        auto& sink = sinks_.emplace_back();
        sink.name = positional.name;
        sink.option =
            app.add_option(std::string(positional.name), sink.values, std::string(positional.help))->type_name("");
        if (positional.repeat)
            sink.option->expected(positional.required ? 1 : 0, 1000);
        else
            sink.option->expected(1)->allow_extra_args(false); // the next word belongs to the next positional
        if (positional.required) sink.option->required();
        if (!positional.choices.empty()) {
            std::vector<std::string> const choices(positional.choices.begin(), positional.choices.end());
            sink.option->check(CLI::IsMember(choices));
        }
    }

    CLI::App root_{"ettametta finds what rises in a niche and makes finished short videos of it.", "ettametta"};
    std::deque<Sink> sinks_;
    std::vector<std::pair<CLI::App*, Command const*>> subs_;
    bool version_flag_ = false;
    CLI::Option* version_ = nullptr;
};

} // namespace

Parsed parse(int count, char const* const* words) { return Parser().parse(count, words); }

} // namespace app
