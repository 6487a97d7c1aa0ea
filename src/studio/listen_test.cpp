#include "studio/listen.h"
#include "support.h"

static std::string shape(std::vector<plan::Span> const& spans)
{
    std::string out;
    for (auto const& span : spans) out += fmt::format("[{:g} {:g}]", span.start, span.end);
    return out;
}

TEST(Listening, cuts_long_parts_where_somebody_pauses)
{
    EXPECT_EQ(shape(studio::listening_parts({{0, 50}, {60, 250}}, {{95, 97}, {140, 150}, {240, 241}}, 100)),
              "[0 50][60 145][145 240.5][240.5 250]");
    EXPECT_EQ(shape(studio::listening_parts({{0, 250}}, {}, 100)), "[0 100][100 200][200 250]");
    EXPECT_EQ(shape(studio::listening_parts({}, {}, 100)), "");
}
