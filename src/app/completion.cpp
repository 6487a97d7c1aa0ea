#include "app/command.h"
#include "base/error.h"

namespace app {

static std::string quoted(std::string_view text)
{
    std::string out = "'";
    for (auto const c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

static std::string words_of(Command const& command)
{
    std::string words;
    for (auto const& positional : command.positionals)
        for (auto const choice : positional.choices) words += std::string(choice) + " ";
    for (auto const& option : command.options) words += std::string(option.flag) + " ";
    for (auto const& option : global_options()) words += std::string(option.flag) + " ";
    return words + "--help";
}

static std::string bash()
{
    std::string names;
    std::string cases;
    for (auto const& command : all_commands()) {
        names += std::string(command.name) + " ";
        cases += fmt::format("        {}) words=\"{}\" ;;\n", command.name, words_of(command));
    }
    return fmt::format(R"(_ettametta() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" words="{}--version --help" word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$word" in
{}        esac
    done
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if [[ "$current" != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _ettametta ettametta
)",
                       names, cases);
}

static std::string zsh()
{
    std::string names;
    std::string cases;
    for (auto const& command : all_commands()) {
        names += fmt::format("        {}\n", quoted(fmt::format("{}:{}", command.name, command.help)));
        cases += fmt::format("        {}) compadd -- {}; _files ;;\n", command.name, words_of(command));
    }
    return fmt::format(R"(#compdef ettametta
_ettametta() {{
    local -a commands
    commands=(
{}    )
    if (( CURRENT == 2 )); then _describe command commands; return; fi
    case "$words[2]" in
{}    esac
}}
compdef _ettametta ettametta
)",
                       names, cases);
}

static std::string fish()
{
    std::string out = "complete -c ettametta -f\n";
    for (auto const& command : all_commands()) {
        out += fmt::format("complete -c ettametta -n __fish_use_subcommand -a {} -d {}\n", command.name,
                           quoted(command.help));
        auto const inside = fmt::format("'__fish_seen_subcommand_from {}'", command.name);
        out += fmt::format("complete -c ettametta -n {} -F\n", inside);
        for (auto const& positional : command.positionals)
            for (auto const choice : positional.choices)
                out += fmt::format("complete -c ettametta -n {} -a {}\n", inside, choice);
        for (auto const& option : command.options) {
            out += fmt::format("complete -c ettametta -n {} -l {} -d {}{}\n", inside, option.flag.substr(2),
                               quoted(option.help), option.value.empty() ? "" : " -r");
        }
    }
    for (auto const& option : global_options())
        out += fmt::format("complete -c ettametta -l {} -d {}{}\n", option.flag.substr(2), quoted(option.help),
                           option.value.empty() ? "" : " -r");
    return out;
}

std::string completion(std::string_view shell)
{
    if (shell == "bash") return bash();
    if (shell == "zsh") return zsh();
    if (shell == "fish") return fish();
    base::fail(base::ErrorCode::InvalidInput, "completion: '{}' is none of bash, zsh, fish", shell);
}

} // namespace app
