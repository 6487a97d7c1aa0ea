#include "base/file.h"
#include "media/picture/cube.h"
#include "support.h"

static std::string refusal(std::string const& text)
{
    return test::error_of([&] { media::parse_cube(text, "x.cube"); }).what();
}

/// A table that changes nothing, of this size; as a file of another program might hold it.
static std::string identity(int size)
{
    auto text = fmt::format("# made by hand\r\nTITLE \"nothing\"\r\n\r\nLUT_3D_SIZE {}\r\n", size);
    auto const part = [&](int i) { return static_cast<double>(i) / (size - 1); };
    for (int b = 0; b < size; ++b)
        for (int g = 0; g < size; ++g)
            for (int r = 0; r < size; ++r) text += fmt::format("{:.6f} {:.6f} {:.6f}\r\n", part(r), part(g), part(b));
    return text;
}

TEST(Cube, a_table_that_changes_nothing_changes_nothing)
{
    auto const lattice = media::yuv_lattice(media::parse_cube(identity(5), "x"), 1);
    for (int y = 0; y < 33; ++y)
        for (int u = 0; u < 33; ++u)
            for (int v = 0; v < 33; ++v) {
                auto const point = lattice.points[static_cast<std::size_t>((y * 33 + u) * 33 + v)];
                ASSERT_NEAR(static_cast<double>(point & 1023U), std::min(32 * y, 1023), 1);
                ASSERT_NEAR(static_cast<double>(point >> 10U & 1023U), std::min(32 * u, 1023), 1);
                ASSERT_NEAR(static_cast<double>(point >> 20U), std::min(32 * v, 1023), 1);
            }
}

TEST(Cube, colours_between_the_points_lie_between)
{
    auto const cube =
        media::parse_cube("LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 0.5\n1 0 0.5\n0 1 0.5\n1 1 0.5\n", "x");
    auto const color = cube({0.25F, 0.75F, 0.5F});
    EXPECT_FLOAT_EQ(color[0], 0.25F);
    EXPECT_FLOAT_EQ(color[1], 0.75F);
    EXPECT_FLOAT_EQ(color[2], 0.25F);
}

TEST(Cube, curves_and_domains_are_known)
{
    auto const cube =
        media::parse_cube("DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\nLUT_1D_SIZE 3\n0 0 0\n.5 .4 .3\n1 1 1", "x");
    auto const color = cube({1, 1, 0.5F});
    EXPECT_FLOAT_EQ(color[0], 0.5F);
    EXPECT_FLOAT_EQ(color[1], 0.4F);
    EXPECT_FLOAT_EQ(color[2], 0.15F);
    EXPECT_FLOAT_EQ(cube({9, 9, 9})[1], 1);
}

TEST(Cube, a_table_that_is_not_one_is_one_clear_error)
{
    EXPECT_EQ(refusal(""), "x.cube is not a colour table: line 0: it has no LUT_1D_SIZE or LUT_3D_SIZE");
    EXPECT_EQ(refusal("hello\n"), "x.cube is not a colour table: line 1: a colour or unknown word before the size");
    EXPECT_EQ(refusal("LUT_3D_SIZE 500\n"), "x.cube is not a colour table: line 1: '500' is not a number in [2, 128]");
    EXPECT_EQ(refusal("LUT_1D_SIZE 2\n0 0 0\n"), "x.cube is not a colour table: line 2: 1 colours instead of 2");
    EXPECT_EQ(refusal("LUT_1D_SIZE 2\n0 0\n"),
              "x.cube is not a colour table: line 2: '' is not a number in [-1000, 1000]");
    EXPECT_EQ(refusal("LUT_1D_SIZE 2\n0 0 nan\n"),
              "x.cube is not a colour table: line 2: 'nan' is not a number in [-1000, 1000]");
    EXPECT_EQ(refusal("LUT_1D_SIZE 2\n0 0 0 0\n"),
              "x.cube is not a colour table: line 2: there is more on it than belongs there");
    EXPECT_EQ(refusal("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n1 1 1\n"),
              "x.cube is not a colour table: line 4: more colours than the size says");
    EXPECT_EQ(refusal("LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n"), "x.cube is not a colour table: line 2: a second size");
    EXPECT_EQ(refusal("DOMAIN_MAX 0 1 1\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n"),
              "x.cube is not a colour table: line 1: an empty domain");
}
