#include "media/picture/blur.h"

#include "media/kernels/kernels.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr int block = 8;

/// Running mean over 2 * radius + 1 values with the edges continued; `step` apart.
template <class Value>
static void box_line(Value* line, int count, std::ptrdiff_t step, int radius, std::vector<int>& scratch)
{
    scratch.resize(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) scratch[static_cast<std::size_t>(i)] = line[i * step];
    auto const at = [&](int i) { return scratch[static_cast<std::size_t>(std::clamp(i, 0, count - 1))]; };
    auto const part = 1.0F / static_cast<float>(2 * radius + 1);
    int sum = 0;
    for (int i = -radius; i <= radius; ++i) sum += at(i);
    for (int i = 0; i < count; ++i) {
        line[i * step] = static_cast<Value>(static_cast<float>(sum) * part + 0.5F);
        sum += at(i + radius + 1) - at(i - radius);
    }
}

/// All columns at once, row after row.
template <class Value> static void box_columns(Value* values, int width, int height, std::ptrdiff_t stride, int radius)
{
    std::vector<int> sums(static_cast<std::size_t>(width));
    std::vector<Value> copy(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) std::copy_n(values + y * stride, width, copy.data() + std::ptrdiff_t{y} * width);
    auto const row = [&](int y) { return copy.data() + std::ptrdiff_t{std::clamp(y, 0, height - 1)} * width; };
    auto const part = 1.0F / static_cast<float>(2 * radius + 1);
    for (int y = -radius; y <= radius; ++y)
        for (int x = 0; x < width; ++x) sums[static_cast<std::size_t>(x)] += row(y)[x];
    for (int y = 0; y < height; ++y) {
        auto const* in = row(y + radius + 1);
        auto const* out = row(y - radius);
        auto* target = values + y * stride;
        for (int x = 0; x < width; ++x) {
            auto& sum = sums[static_cast<std::size_t>(x)];
            target[x] = static_cast<Value>(static_cast<float>(sum) * part + 0.5F);
            sum += in[x] - out[x];
        }
    }
}

template <class Value> static void blur_values(Value* values, int width, int height, std::ptrdiff_t stride, int radius)
{
    std::vector<int> scratch;
    for (int pass = 0; pass < 3; ++pass) {
        for (int y = 0; y < height; ++y) box_line(values + y * stride, width, 1, radius, scratch);
        box_columns(values, width, height, stride, radius);
    }
}

void blur(Field& field, int radius)
{
    blur_values(field.values.data(), field.width, field.height, field.width, radius);
}

void blur(Plane const& plane, int radius) { blur_values(plane.data, plane.width, plane.height, plane.stride, radius); }

void reduce_luma(Picture const& picture, Field& out)
{
    auto const luma = picture.plane(0);
    out.width = (luma.width + block - 1) / block;
    out.height = (luma.height + block - 1) / block;
    out.values.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(out.width));
    auto const whole = luma.width / block;
    for (int y = 0; y < out.height; ++y) {
        std::ranges::fill(sums, 0U);
        auto const rows = std::min(block, luma.height - y * block);
        for (int i = 0; i < rows; ++i) {
            auto const* row = luma.row(y * block + i);
            kernels::add_sums_of_8(row, whole, sums.data());
            for (int x = whole * block; x < luma.width; ++x) sums.back() += row[x];
        }
        for (int x = 0; x < out.width; ++x) {
            auto const size = rows * std::min(block, luma.width - x * block);
            out.row(y)[x] = static_cast<std::int16_t>(sums[static_cast<std::size_t>(x)] / static_cast<unsigned>(size));
        }
    }
}

void LightRows::begin(Field field, int width)
{
    field_ = std::move(field);
    width_ = width;
    held_[0] = held_[1] = -1;
}

/// Field rows are spread once each; the picture comes band by band from the top.
std::int16_t const* LightRows::wide_row(int y)
{
    auto const slot = y % 2;
    auto& wide = rows_[slot];
    if (held_[slot] == y) return wide.data();
    held_[slot] = y;
    wide.resize(static_cast<std::size_t>(width_));
    auto const* row = field_.row(y);
    // A field value stands in the middle of its block: sixteenths between two of them are odd.
    for (int x = 0; x < width_; ++x) {
        auto const place = 2 * x + 1 - block; // in sixteenths, from the middle of the first block
        auto const left = place < 0 ? -1 : place / (2 * block);
        auto const part = place - left * 2 * block;
        int const a = row[std::max(0, left)];
        int const b = row[std::min(left + 1, field_.width - 1)];
        wide[static_cast<std::size_t>(x)] = static_cast<std::int16_t>(a + ((b - a) * part + block) / (2 * block));
    }
    return wide.data();
}

void LightRows::operator()(Band const& band)
{
    for (int i = 0; i < 2; ++i) {
        auto const place = 2 * (2 * band.index + i) + 1 - block;
        auto const upper = place < 0 ? -1 : place / (2 * block);
        auto const weight = (place - upper * 2 * block) * 256 / (2 * block);
        auto const* from = wide_row(std::max(0, upper));
        auto const* to = wide_row(std::min(upper + 1, field_.height - 1));
        kernels::add_light(band.y[i], band.width, from, to, weight);
    }
}

void Glow::look(Picture const& picture)
{
    std::int16_t table[256];
    for (int i = 0; i < 256; ++i) {
        auto const y = std::clamp((i - 16) / 219.0, 0.0, 1.0);
        auto const over = std::max(0.0, (y - threshold_) / std::max(0.01, 1 - threshold_));
        table[i] = static_cast<std::int16_t>(std::lround(over * amount_ * 150 * 64));
    }
    auto field = light_.take_field();
    reduce_luma(picture, field);
    for (auto& value : field.values) value = table[std::clamp<int>(value, 0, 255)];
    blur(field, std::max(1, static_cast<int>(std::lround(radius_ * field.width))));
    light_.begin(std::move(field), picture.width());
}

} // namespace media
