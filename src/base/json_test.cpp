#include "base/json.h"
#include "support.h"

namespace {

enum class Shade { Dark, VeryLight };
BOOST_DESCRIBE_ENUM(Shade, Dark, VeryLight)
struct Inner {
    int count = 3;
    std::optional<double> ratio;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (count, ratio))
struct Outer {
    std::string name;
    Shade shade = Shade::Dark;
    std::vector<Inner> inners;
    std::map<std::string, double> values;
    bool on = false;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (name, shade, inners, values, on))

std::string message_of(char const* text)
{
    return test::error_of([&] { base::read_json<Outer>(text, "test"); }).what();
}

} // namespace

TEST(Json, what_is_written_is_read_back)
{
    Outer outer{"a \"b\"\n\x01 é", Shade::VeryLight, {{1, 0.1}, {2, std::nullopt}}, {{"k", 2.0}}, true};
    auto const text = base::to_json(outer);
    EXPECT_EQ(text,
              "{\"name\":\"a \\\"b\\\"\\n\\u0001 é\",\"shade\":\"very_light\",\"inners\":[{\"count\":1,\"ratio\":0.1},"
              "{\"count\":2,\"ratio\":null}],\"values\":{\"k\":2.0},\"on\":true}");
    EXPECT_EQ(base::to_json(base::read_json<Outer>(text, "test")), text);
}

TEST(Json, a_missing_field_keeps_its_default)
{
    EXPECT_EQ(base::read_json<Outer>(R"({"inners":[{}]})", "test").inners.at(0).count, 3);
}

TEST(Json, errors_name_the_path)
{
    EXPECT_EQ(message_of(R"({"inners":[{},{"count":"x"}]})"), "inners[1].count: expected a whole number in range");
    EXPECT_EQ(message_of(R"({"inners":[{"count":1.5}]})"), "inners[0].count: expected a whole number in range");
    EXPECT_EQ(message_of(R"({"inners":[{"count":99999999999}]})"), "inners[0].count: expected a whole number in range");
    EXPECT_EQ(message_of(R"({"inners":[{"cuont":1}]})"), "inners[0].cuont: unknown field");
    EXPECT_EQ(message_of(R"({"shade":"pink"})"), "shade: 'pink' is none of dark, very_light");
    EXPECT_EQ(message_of(R"({"values":{"a":true}})"), "values.a: expected a number");
}

TEST(Json, broken_text_says_where)
{
    EXPECT_NE(std::string(message_of("{\n\n\"name\": }")).find("line 3"), std::string::npos);
    EXPECT_NE(std::string(message_of("{} x")).find("not valid JSON"), std::string::npos);
    EXPECT_NE(std::string(message_of(std::string(2000, '[').c_str())).find("not valid JSON"), std::string::npos);
    EXPECT_NE(std::string(message_of("")).find("not valid JSON"), std::string::npos);
}

TEST(Json, infinities_become_null) { EXPECT_EQ(base::to_json(std::vector<double>{1.0 / 0.0, 0.99}), "[null,0.99]"); }
