#include "media/picture/cube.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace media {

static constexpr std::size_t file_bytes_max = 64U << 20U;
static constexpr int size_1d_max = 65536;
static constexpr int size_3d_max = 128;
static constexpr float value_max = 1000; // of a colour; tables for scenes brighter than white are far below

namespace {

class Reader {
public:
    Reader(std::string_view text, std::string_view name) : text_(text), name_(name) {}

    Cube read()
    {
        while (next_line())
            if (!line_.empty()) take();
        if (cube_.size == 0) refuse("it has no LUT_1D_SIZE or LUT_3D_SIZE");
        if (cube_.colors.size() != wanted())
            refuse(fmt::format("{} colours instead of {}", cube_.colors.size(), wanted()));
        return std::move(cube_);
    }

private:
    [[noreturn]] void refuse(std::string_view why) const
    {
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give a .cube file, 1D or 3D"},
                   "{} is not a colour table: line {}: {}", name_, number_, why);
    }

    bool next_line()
    {
        if (text_.empty()) return false;
        auto const end = text_.find('\n');
        line_ = text_.substr(0, end);
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
        ++number_;
        line_ = base::trim(line_.substr(0, line_.find('#')));
        return true;
    }

    std::string_view word()
    {
        auto const begin = line_.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos) return {};
        line_.remove_prefix(begin);
        auto const found = line_.substr(0, line_.find_first_of(" \t\r"));
        line_.remove_prefix(found.size());
        return found;
    }

    template <class Number> Number number(Number low, Number high)
    {
        auto const text = word();
        Number value{};
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || !(value >= low && value <= high))
            refuse(fmt::format("'{}' is not a number in [{}, {}]", base::clean_utf8(text.substr(0, 40)), low, high));
        return value;
    }

    Cube::Color color()
    {
        auto const red = number(-value_max, value_max);
        auto const green = number(-value_max, value_max);
        return {red, green, number(-value_max, value_max)};
    }

    std::size_t wanted() const
    {
        auto const size = static_cast<std::size_t>(cube_.size);
        return cube_.three_dimensional ? size * size * size : size;
    }

    void take_size(bool three_dimensional)
    {
        if (cube_.size > 0) refuse("a second size");
        cube_.three_dimensional = three_dimensional;
        cube_.size = number(2, three_dimensional ? size_3d_max : size_1d_max);
        cube_.colors.reserve(std::min<std::size_t>(wanted(), text_.size() / 6 + 1));
    }

    void take()
    {
        auto const rest = line_;
        auto const key = word();
        if (key == "TITLE") return;
        if (key == "LUT_1D_SIZE" || key == "LUT_3D_SIZE") {
            take_size(key == "LUT_3D_SIZE");
        } else if (key == "DOMAIN_MIN") {
            cube_.low = color();
        } else if (key == "DOMAIN_MAX") {
            cube_.high = color();
        } else if (key == "LUT_1D_INPUT_RANGE" || key == "LUT_3D_INPUT_RANGE") {
            cube_.low.fill(number(-value_max, value_max));
            cube_.high.fill(number(-value_max, value_max));
        } else {
            line_ = rest;
            take_color();
        }
        if (!word().empty()) refuse("there is more on it than belongs there");
        for (std::size_t i = 0; i < 3; ++i)
            if (key.starts_with("DOMAIN_MAX") && !(cube_.high[i] > cube_.low[i])) refuse("an empty domain");
    }

    void take_color()
    {
        if (cube_.size == 0) refuse("a colour or unknown word before the size");
        if (cube_.colors.size() == wanted()) refuse("more colours than the size says");
        cube_.colors.push_back(color());
    }

    std::string_view text_;
    std::string_view name_;
    std::string_view line_;
    int number_ = 0;
    Cube cube_;
};

} // namespace

Cube parse_cube(std::string_view text, std::string_view name)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    auto cube = Reader(text, name).read();
    for (std::size_t i = 0; i < 3; ++i)
        if (!(cube.high[i] > cube.low[i]))
            base::fail(base::ErrorCode::InvalidInput, "{} is not a colour table: an empty domain", name);
    return cube;
}

Cube read_cube(std::filesystem::path const& file)
{
    return parse_cube(base::read_file(file, file_bytes_max), file.string());
}

static Cube::Color mix(Cube::Color const& a, Cube::Color const& b, float part)
{
    return {a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, a[2] + (b[2] - a[2]) * part};
}

Cube::Color Cube::operator()(Color const& rgb) const
{
    std::array<int, 3> cell{};
    std::array<float, 3> part{};
    for (std::size_t i = 0; i < 3; ++i) {
        auto const place =
            std::clamp((rgb[i] - low[i]) / (high[i] - low[i]), 0.0F, 1.0F) * static_cast<float>(size - 1);
        cell[i] = std::min(static_cast<int>(place), size - 2);
        part[i] = place - static_cast<float>(cell[i]);
    }
    if (!three_dimensional) {
        Color out{};
        for (std::size_t i = 0; i < 3; ++i) {
            auto const at = static_cast<std::size_t>(cell[i]);
            out[i] = mix(colors[at], colors[at + 1], part[i])[i];
        }
        return out;
    }
    std::array<std::size_t, 3> order{0, 1, 2};
    std::ranges::sort(order, [&](auto a, auto b) { return part[a] > part[b]; });
    std::array const step{1, size, size * size};
    auto at = cell[0] + cell[1] * size + cell[2] * size * size;
    auto color = colors[static_cast<std::size_t>(at)];
    auto out = color;
    // From corner to corner along the axes, the longest way first: the edges of one tetrahedron.
    for (auto const axis : order) {
        at += step[axis];
        auto const& corner = colors[static_cast<std::size_t>(at)];
        for (std::size_t i = 0; i < 3; ++i) out[i] += (corner[i] - color[i]) * part[axis];
        color = corner;
    }
    return out;
}

/// BT.709 (ITU-R BT.709-6), components as 8-bit limited range would have them, but with fractions.
static Cube::Color rgb_of(float y, float u, float v)
{
    auto const luma = (y - 16) / 219;
    auto const blue = luma + 1.8556F * (u - 128) / 224;
    auto const red = luma + 1.5748F * (v - 128) / 224;
    return {red, (luma - 0.2126F * red - 0.0722F * blue) / 0.7152F, blue};
}
static Cube::Color yuv_of(Cube::Color const& rgb)
{
    auto const luma = 0.2126F * rgb[0] + 0.7152F * rgb[1] + 0.0722F * rgb[2];
    return {16 + 219 * luma, 128 + 224 * (rgb[2] - luma) / 1.8556F, 128 + 224 * (rgb[0] - luma) / 1.5748F};
}

kernels::Lattice yuv_lattice(Cube const& cube, double intensity)
{
    constexpr int side = kernels::Lattice::side;
    kernels::Lattice lattice;
    for (int y = 0; y < side; ++y)
        for (int u = 0; u < side; ++u)
            for (int v = 0; v < side; ++v) {
                Cube::Color const here{8.0F * static_cast<float>(y), 8.0F * static_cast<float>(u),
                                       8.0F * static_cast<float>(v)};
                auto inside = rgb_of(here[0], here[1], here[2]);
                for (auto& channel : inside) channel = std::clamp(channel, 0.0F, 1.0F);
                auto mapped = cube(inside);
                for (auto& channel : mapped) channel = std::clamp(channel, 0.0F, 1.0F);
                // Many lattice points are no colour: they get the change of the nearest one, not its place, so that a
                // table that changes nothing changes nothing.
                auto const from = yuv_of(inside);
                auto const to = yuv_of(mapped);
                std::uint32_t point = 0;
                for (std::size_t i = 0; i < 3; ++i) {
                    auto const value = here[i] + static_cast<float>(intensity) * (to[i] - from[i]);
                    auto const quarters = std::clamp(std::lround(4 * value), 0L, 1023L);
                    point |= static_cast<std::uint32_t>(quarters) << (10 * i);
                }
                lattice.points.push_back(point);
            }
    return lattice;
}

} // namespace media
