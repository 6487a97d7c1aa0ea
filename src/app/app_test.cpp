#include "app/command.h"
#include "app/edit_arguments.h"
#include "app/table.h"
#include "base/subprocess.h"
#include "support.h"

#include <set>

static app::Parsed parse(std::vector<char const*> words)
{
    words.insert(words.begin(), "ettametta");
    return app::parse(static_cast<int>(words.size()), words.data());
}

TEST(Arguments, options_stand_anywhere_and_repeat_where_they_may)
{
    auto const parsed = parse({"--json", "transform", "in.mp4", "--filter", "mirror", "-o", "out.mp4", "--filter",
                               "zoom:factor=1.1", "--seed", "7"});
    EXPECT_EQ(parsed.command->name, "transform");
    EXPECT_EQ(parsed.arguments.text("INPUT"), "in.mp4");
    EXPECT_EQ(parsed.arguments.text("--output"), "out.mp4");
    EXPECT_EQ(parsed.arguments.all("--filter").size(), 2U);
    EXPECT_TRUE(parsed.arguments.has("--json"));
    EXPECT_EQ(parsed.arguments.integer("--seed", 0, 0, 100), 7);
}

TEST(Arguments, what_makes_no_sense_is_refused)
{
    for (auto const& words : std::vector<std::vector<char const*>>{{"transform", "in.mp4"},
                                                                   {"transform", "in.mp4", "-o", "a", "-o", "b"},
                                                                   {"nonsense"},
                                                                   {"db", "drop"},
                                                                   {"looks", "--wide"},
                                                                   {"transform", "-o", "x"}})
        EXPECT_EQ(test::error_of([&] { parse(words); }).code, base::ErrorCode::InvalidInput) << words[0];
}

TEST(Arguments, help_and_version_need_no_command)
{
    EXPECT_NE(parse({"--help"}).text.find("transform"), std::string::npos);
    EXPECT_NE(parse({"transform", "--help"}).text.find("--captions"), std::string::npos);
    EXPECT_TRUE(parse({"--version"}).text.starts_with("ettametta "));
    EXPECT_NE(parse({}).text.find("Subcommands"), std::string::npos);
}

TEST(Commands, each_explains_itself_and_is_found_by_its_name)
{
    std::set<std::string_view> names;
    for (auto const& command : app::all_commands()) {
        EXPECT_TRUE(names.insert(command.name).second);
        EXPECT_FALSE(command.help.empty()) << command.name;
        EXPECT_NE(command.run, nullptr) << command.name;
        for (auto const& option : command.options) EXPECT_FALSE(option.help.empty()) << option.flag;
        EXPECT_NE(parse({command.name.data(), "--help"}).text.find(command.help), std::string::npos) << command.name;
    }
    EXPECT_TRUE(std::ranges::is_sorted(app::all_commands(), {}, &app::Command::name));
}

TEST(Filters, are_read_with_their_values)
{
    auto const call = app::parse_filter("film_grain:amount=0.3,from=2,to=5");
    EXPECT_EQ(call.name, "film_grain");
    EXPECT_EQ(call.values, (std::map<std::string, double>{{"amount", 0.3}, {"from", 2}, {"to", 5}}));
    EXPECT_TRUE(app::parse_filter("mirror").values.empty());
    auto const flash = app::parse_filter("pattern_interrupt:kind=flash,times=1.5+3+4.2");
    EXPECT_EQ(flash.options.at("kind"), "flash");
    EXPECT_EQ(flash.times, (std::vector<double>{1.5, 3, 4.2}));
    auto const table = app::parse_filter("lut:file=tables/../x.cube,intensity=0.5");
    EXPECT_EQ(table.options.at("file"), std::filesystem::current_path() / "x.cube");
    EXPECT_EQ(table.values.at("intensity"), 0.5);
    for (auto const* text : {"", ":a=1", "zoom:", "zoom:factor", "zoom:=1", "zoom:factor=", "zoom:factor=1.1x",
                             "pattern_interrupt:times=1+", "pattern_interrupt:times=1+b"})
        EXPECT_EQ(test::error_of([&] { app::parse_filter(text); }).code, base::ErrorCode::InvalidInput) << text;
}

TEST(Completion, is_a_script_that_bash_accepts_and_knows_every_command)
{
    for (auto const* shell : {"bash", "zsh", "fish"}) {
        auto const script = app::completion(shell);
        for (auto const& command : app::all_commands())
            EXPECT_NE(script.find(command.name), std::string::npos) << shell << " " << command.name;
    }
    base::Command check{
        .arguments = {
            "bash", "-c",
            "eval \"$(cat)\"; COMP_WORDS=(ettametta db mi); COMP_CWORD=2; cd /; _ettametta; echo \"${COMPREPLY[@]}\""}};
    check.input = app::completion("bash");
    EXPECT_EQ(base::run(check).output, "migrate\n");
}

TEST(Table, columns_are_as_wide_as_their_content)
{
    EXPECT_EQ(app::table({{"é", "b"}, {"long", "c"}}), "é     b\nlong  c\n");
}
