// How fast the picture work is: each kernel beside memcpy, and whole frames, stage by stage. Prints Markdown.
#include "media/kernels/kernels.h"
#include "media/picture/compositor.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <string>

namespace kernels = media::kernels;

static constexpr int width = 1080;
static constexpr int height = 1920;
static constexpr int rounds = 7;

/// Processor seconds of this thread: what others do on the machine does not count.
static double processor_seconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

static double median_seconds(std::function<void()> const& work, int times)
{
    std::vector<double> seconds;
    work();
    for (int i = 0; i < rounds; ++i) {
        auto const begin = processor_seconds();
        for (int k = 0; k < times; ++k) work();
        seconds.push_back((processor_seconds() - begin) / times);
    }
    std::ranges::nth_element(seconds, seconds.begin() + rounds / 2);
    return seconds[rounds / 2];
}

template <class T> static std::vector<T> noise(std::size_t count, int low, int high)
{
    static std::mt19937 random(1);
    std::vector<T> out(count);
    for (auto& value : out) value = static_cast<T>(low + static_cast<int>(random() % unsigned(high - low + 1)));
    return out;
}

static void kernel_table()
{
    auto row = noise<kernels::Byte>(4 * width, 16, 235), other = row, third = row;
    auto const source = noise<kernels::Byte>(608, 0, 255);
    auto const shorts = noise<kernels::Short>(4 * width, 0, 12000);
    auto const grain = noise<std::int8_t>(width, -9, 9);
    auto const table = noise<kernels::Byte>(256, 16, 235);
    kernels::AcrossTaps taps;
    taps.groups = 1;
    for (int x = 0; x < kernels::padded(width); ++x) taps.first.push_back(std::min(x * 608 / width, 604));
    taps.even = noise<kernels::Short>(taps.first.size() * 2, -1000, 8000);
    taps.odd = taps.even;
    std::vector<kernels::Short> across(static_cast<std::size_t>(kernels::padded(width)));
    kernels::Short const* const rows[]{shorts.data(), shorts.data() + 500, shorts.data() + 900, shorts.data() + 1500};
    kernels::Short const weights[]{-1000, 9000, 9384, -1000};
    kernels::ChromaMatrix const matrix{4500, -600, 600, 4500, 30, -30};
    std::vector<kernels::Byte> const color(width, 16);
    std::vector<std::uint64_t> sums(width / 8);
    kernels::Lattice lattice{noise<std::uint32_t>(33 * 33 * 33, 0, 0x3FFFFFFF)};
    struct Case {
        char const* name;
        double bytes; ///< read and written
        std::function<void()> run;
    };
    Case const cases[]{
        {"memcpy", 2.0 * width, [&] { std::memcpy(other.data(), row.data(), width); }},
        {"resample_across (608 to 1080, 4 taps)", 608 + 2.0 * width,
         [&] { kernels::resample_across(source.data(), taps, width, across.data()); }},
        {"resample_down (4 rows)", 9.0 * width, [&] { kernels::resample_down(rows, weights, width, other.data()); }},
        {"map_bytes", 2.0 * width, [&] { kernels::map_bytes(other.data(), width, table.data()); }},
        {"mix_chroma", 4.0 * width, [&] { kernels::mix_chroma(other.data(), third.data(), width, matrix); }},
        {"darken", 4.0 * width,
         [&] {
             kernels::darken(other.data(), width, shorts.data(), {3000, 2000, 20000});
         }},
        {"add_signed", 3.0 * width, [&] { kernels::add_signed(other.data(), width, grain.data()); }},
        {"blend", 4.0 * width, [&] { kernels::blend(other.data(), width, color.data(), row.data(), 200); }},
        {"halve_mask", 5.0 * width, [&] { kernels::halve_mask(row.data(), other.data(), width, third.data()); }},
        {"add_sums_of_8", 3.0 * width, [&] { kernels::add_sums_of_8(row.data(), width / 8, sums.data()); }},
        {"add_light", 6.0 * width, [&] { kernels::add_light(other.data(), width, rows[0], rows[1], 100); }},
        {"refine (3 rows)", 4.0 * width,
         [&] {
             kernels::refine(&row[1], &row[1200], &row[2400], width, {128, 10, 100}, other.data());
         }},
        {"map_lattice", 4.0 * width,
         [&] { kernels::map_lattice(row.data(), &row[width], &row[2 * width], width, lattice, 0, other.data()); }}};
    std::printf("| kernel, GB/s |");
    for (auto const name : kernels::targets()) std::printf(" %s |", std::string(name).c_str());
    std::printf("\n|---|");
    for (auto const name : kernels::targets()) std::printf("---|%s", name.empty() ? " " : "");
    std::printf("\n");
    auto const names = kernels::targets();
    for (auto const& one : cases) {
        std::printf("| %s |", one.name);
        for (auto const name : names) {
            kernels::use_target(name);
            std::printf(" %.1f |", one.bytes / median_seconds(one.run, 2000) * 1e-9);
        }
        kernels::use_target("");
        std::printf("\n");
    }
}

using Calls = std::vector<plan::FilterCall>;

static double frame_milliseconds(Calls const& calls, plan::FramingMode mode, bool moving)
{
    media::Picture source(1920, 1080);
    for (int i = 0; i < 3; ++i) {
        auto const plane = source.plane(i);
        for (int y = 0; y < plane.height; ++y)
            for (int x = 0; x < plane.width; ++x)
                plane.row(y)[x] = static_cast<std::uint8_t>(60 + (x * 7 + y * 3) % 128);
    }
    media::Picture target(width, height);
    plan::EditPlan plan;
    plan.cuts = {{0, 12, ""}};
    plan.framing.mode = mode;
    if (moving) plan.framing.path = {{0, 0.3, 0.5}, {12, 0.7, 0.5}};
    plan.filters = calls;
    plan::MediaInfo info;
    info.video = plan::VideoStream{.width = 1920, .height = 1080};
    media::Compositor compositor(plan, info);
    std::int64_t frame = 0;
    return 1000 * median_seconds([&] { compositor.draw(source, frame++ % 360, target); }, 12);
}

static void frame_table()
{
    Calls const standard{{"zoom", {{"factor", 1.05}, {"push", 1}}},
                         {"mirror", {}},
                         {"color_shift", {{"hue", 6}, {"saturation", 1.15}}},
                         {"vignette", {{"amount", 0.4}}},
                         {"film_grain", {{"amount", 0.3}}}};
    auto heavy = standard;
    for (auto const* name : {"atmospheric_glow", "chromatic_aberration", "curves"}) heavy.push_back({name, {}});
    std::printf("\n| a frame of 1080x1920 from 1920x1080, without captions | ms |\n|---|---|\n");
    auto const line = [](std::string const& name, double milliseconds) {
        std::printf("| %s | %.2f |\n", name.c_str(), milliseconds);
    };
    auto const plain = frame_milliseconds({}, plan::FramingMode::Crop, false);
    line("crop and scale", plain);
    line("crop and scale, the camera moving", frame_milliseconds({}, plan::FramingMode::Crop, true));
    line("fit_blur", frame_milliseconds({}, plan::FramingMode::FitBlur, false));
    line("*standard*: zoom, mirror, color_shift, vignette, film_grain",
         frame_milliseconds(standard, plan::FramingMode::Crop, true));
    line("*heavy*: and glow, chromatic aberration, curves", frame_milliseconds(heavy, plan::FramingMode::Crop, true));
    for (auto const& type : media::all_filters()) {
        if (type.name == "lut" || type.name == "speed" || type.name == "stabilise") continue;
        line("one filter more: " + std::string(type.name),
             frame_milliseconds({{std::string(type.name), {}}}, plan::FramingMode::Crop, false) - plain);
    }
}

int main(int count, char** arguments)
{
    std::string const only = count > 1 ? arguments[1] : "";
    if (only != "frames") kernel_table();
    if (only != "kernels") frame_table();
}
