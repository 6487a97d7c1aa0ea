#include "media/kernels/reference.h"
#include "support.h"

#include <random>

namespace kernels = media::kernels;
using kernels::Byte;
using kernels::Short;
using Bytes = std::vector<Byte>;

namespace {

/// Runs on every instruction set that this machine has; widths with and without rests of every size.
class Kernels : public ::testing::TestWithParam<std::string_view> {
public:
    static constexpr int widths[]{1, 2, 7, 8, 15, 31, 64, 100, 540, 1080, 1095};
    Kernels() { kernels::use_target(GetParam()); }
    ~Kernels() override { kernels::use_target(""); }

    template <class T = Byte> std::vector<T> noise(int count, int low = 0, int high = 255)
    {
        std::vector<T> out(static_cast<std::size_t>(count));
        for (auto& value : out)
            value = static_cast<T>(low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1)));
        return out;
    }

private:
    std::mt19937 random_{7};
};

} // namespace

static std::vector<std::string_view> all_targets()
{
    kernels::use_target("");
    return kernels::targets();
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, Kernels, ::testing::ValuesIn(all_targets()),
                         [](auto const& set) { return std::string(set.param); });

TEST_P(Kernels, resampling_across_equals_the_reference)
{
    for (auto const width : widths)
        for (auto const groups : {1, 2, 5}) {
            auto const source = noise(2000);
            auto const size = static_cast<std::size_t>(kernels::padded(width));
            kernels::AcrossTaps taps;
            taps.groups = groups;
            taps.first = noise<std::int32_t>(static_cast<int>(size), 0, 2000 - 4 * groups);
            taps.even = noise<Short>(static_cast<int>(size) * 2 * groups, -2000, 16384);
            taps.odd = noise<Short>(static_cast<int>(size) * 2 * groups, -2000, 16384);
            std::vector<Short> ours(size), theirs(size);
            kernels::resample_across(source.data(), taps, width, ours.data());
            kernels::reference::resample_across(source.data(), taps, 0, width, theirs.data());
            ours.resize(static_cast<std::size_t>(width));
            theirs.resize(static_cast<std::size_t>(width));
            ASSERT_EQ(ours, theirs) << width << " " << groups;
        }
}

TEST_P(Kernels, resampling_down_equals_the_reference)
{
    for (auto const width : widths)
        for (auto const count : {1, 4, 5, 16, 17, 40}) {
            std::vector<std::vector<Short>> rows;
            std::vector<Short const*> pointers;
            for (int i = 0; i < count; ++i) rows.push_back(noise<Short>(kernels::padded(width), -8000, 32767));
            for (auto const& row : rows) pointers.push_back(row.data());
            auto const weights = noise<Short>(count, -1500, 16384 / count * 2);
            auto ours = noise(width);
            auto theirs = ours;
            kernels::resample_down(pointers, weights.data(), width, ours.data());
            kernels::reference::resample_down(pointers, weights.data(), 0, width, theirs.data());
            ASSERT_EQ(ours, theirs) << width << " " << count;
        }
}

TEST_P(Kernels, tables_and_chroma_equal_the_reference)
{
    auto const table = noise(256);
    for (auto const width : widths) {
        auto ours = noise(width);
        auto theirs = ours;
        kernels::map_bytes(ours.data(), width, table.data());
        kernels::reference::map_bytes(theirs.data(), 0, width, table.data());
        ASSERT_EQ(ours, theirs) << width;
        for (auto const& matrix : {kernels::ChromaMatrix{4096, 0, 0, 4096, 0, 0},
                                   {4500, -800, 800, 4500, -200, 200},
                                   {32767, -32768, 32767, 32767, 2000, -2000}}) {
            auto const u = noise(width), v = noise(width);
            auto u1 = u, v1 = v, u2 = u, v2 = v;
            kernels::mix_chroma(u1.data(), v1.data(), width, matrix);
            kernels::reference::mix_chroma(u2.data(), v2.data(), 0, width, matrix);
            ASSERT_EQ(u1, u2) << width;
            ASSERT_EQ(v1, v2) << width;
        }
    }
}

TEST_P(Kernels, darkening_grain_and_light_equal_the_reference)
{
    for (auto const width : widths) {
        auto const squares = noise<Short>(width, 0, 16383);
        auto const grain = noise<std::int8_t>(width, -128, 127);
        auto const upper = noise<Short>(width, 0, 15040), lower = noise<Short>(width, 0, 15040);
        auto ours = noise(width);
        auto theirs = ours;
        kernels::darken(ours.data(), width, squares.data(), {12000, 3000, 29000});
        kernels::reference::darken(theirs.data(), 0, width, squares.data(), {12000, 3000, 29000});
        ASSERT_EQ(ours, theirs) << width;
        kernels::add_signed(ours.data(), width, grain.data());
        kernels::reference::add_signed(theirs.data(), 0, width, grain.data());
        ASSERT_EQ(ours, theirs) << width;
        for (auto const weight : {0, 77, 255}) {
            kernels::add_light(ours.data(), width, upper.data(), lower.data(), weight);
            kernels::reference::add_light(theirs.data(), 0, width, upper.data(), lower.data(), weight);
            ASSERT_EQ(ours, theirs) << width;
        }
    }
}

TEST_P(Kernels, blending_and_sums_equal_the_reference)
{
    for (auto const width : widths) {
        auto const alpha = noise(width), upper = noise(2 * width), lower = noise(2 * width), row = noise(8 * width);
        auto color = noise(width);
        for (std::size_t x = 0; x < color.size(); ++x) color[x] = std::min(color[x], alpha[x]);
        for (auto const opacity : {0, 1, 128, 256}) {
            auto ours = noise(width);
            auto theirs = ours;
            kernels::blend(ours.data(), width, color.data(), alpha.data(), opacity);
            kernels::reference::blend(theirs.data(), 0, width, color.data(), alpha.data(), opacity);
            ASSERT_EQ(ours, theirs) << width << " " << opacity;
        }
        auto ours = noise(width);
        auto theirs = ours;
        kernels::halve_mask(upper.data(), lower.data(), width, ours.data());
        kernels::reference::halve_mask(upper.data(), lower.data(), 0, width, theirs.data());
        ASSERT_EQ(ours, theirs) << width;
        std::vector<std::uint64_t> sums(static_cast<std::size_t>(width), 5), expected = sums;
        kernels::add_sums_of_8(row.data(), width, sums.data());
        kernels::reference::add_sums_of_8(row.data(), 0, width, expected.data());
        ASSERT_EQ(sums, expected) << width;
    }
}

TEST_P(Kernels, neighbours_and_lattices_equal_the_reference)
{
    kernels::Lattice lattice;
    for (auto const value : noise<std::uint32_t>(33 * 33 * 33, 0, 0x3FFFFFFF)) lattice.points.push_back(value);
    for (auto const width : widths) {
        auto const above = noise(width + 2), row = noise(width + 2), below = noise(width + 2);
        for (auto const& how : {kernels::Neighbourhood{256, 64, 0}, {0, 1, 512}, {100, 9, 60}}) {
            Bytes ours(static_cast<std::size_t>(width)), theirs = ours;
            kernels::refine(&above[1], &row[1], &below[1], width, how, ours.data());
            kernels::reference::refine(&above[1], &row[1], &below[1], 0, width, how, theirs.data());
            ASSERT_EQ(ours, theirs) << width;
        }
        for (int component = 0; component < 3; ++component) {
            Bytes ours(static_cast<std::size_t>(width)), theirs = ours;
            kernels::map_lattice(above.data(), row.data(), below.data(), width, lattice, component, ours.data());
            kernels::reference::map_lattice(above.data(), row.data(), below.data(), 0, width, lattice, component,
                                            theirs.data());
            ASSERT_EQ(ours, theirs) << width << " " << component;
        }
    }
}

TEST(KernelReference, what_is_opaque_gives_its_colour_and_what_is_clear_leaves_the_picture)
{
    for (int old = 0; old < 256; ++old) {
        Byte row[]{static_cast<Byte>(old), static_cast<Byte>(old)};
        Byte const color[]{200, 0};
        Byte const alpha[]{255, 0};
        kernels::reference::blend(row, 0, 2, color, alpha, 256);
        EXPECT_EQ(row[0], 200);
        EXPECT_EQ(row[1], old);
    }
}

TEST(KernelReference, smoothing_evens_out_noise_and_keeps_edges)
{
    // Left of the edge 100 with one sample of 108, right of it 200.
    Byte const calm[]{100, 100, 100, 100, 200, 200, 200};
    Byte const noisy[]{100, 100, 108, 100, 200, 200, 200};
    Byte out[5];
    kernels::reference::refine(calm + 1, noisy + 1, calm + 1, 0, 5, {256, 12, 0}, out);
    EXPECT_EQ(out[1], 100);
    EXPECT_NEAR(out[2], 100, 1);
    EXPECT_EQ(out[3], 200);
    kernels::reference::refine(calm + 1, noisy + 1, calm + 1, 0, 5, {0, 1, 256}, out);
    EXPECT_GT(out[1], 108);
    EXPECT_LT(out[2], 100);
    EXPECT_GT(out[3], 200);
}
