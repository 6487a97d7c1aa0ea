#include "media/captions/watermark.h"

#include "base/error.h"
#include "base/file.h"

#include <algorithm>
#include <cairo.h>
#include <cmath>
#include <cstring>
#include <memory>

namespace media {

static constexpr std::size_t file_bytes_max = 16U << 20U;
static constexpr std::uint32_t side_max = 4096;
static constexpr double margin_share = 0.03; // of the canvas's shorter side, free around the picture

namespace {

struct SurfaceDeleter {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CairoDeleter {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

} // namespace

/// The sides as the header says, before anything is unpacked.
static void check_header(std::string const& bytes, std::string const& path)
{
    static constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
    if (bytes.size() < 24 || !std::string_view(bytes).starts_with(signature))
        base::fail(base::ErrorCode::InvalidInput, "watermark: {} is not a PNG", path);
    auto const number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
        return value;
    };
    auto const width = number(16);
    auto const height = number(20);
    if (width == 0 || height == 0 || width > side_max || height > side_max)
        base::fail(base::ErrorCode::InvalidInput, "watermark: {} is {}x{}; the sides must be in [1, {}]", path, width,
                   height, side_max);
}

static Surface read_png(std::string const& path)
{
    auto const bytes = base::read_file(path, file_bytes_max);
    check_header(bytes, path);
    struct Reader {
        std::string const& bytes;
        std::size_t at = 0;
    } reader{bytes};
    auto const read = [](void* closure, unsigned char* data, unsigned length) {
        auto& from = *static_cast<Reader*>(closure);
        if (from.at + length > from.bytes.size()) return CAIRO_STATUS_READ_ERROR;
        std::memcpy(data, from.bytes.data() + from.at, length);
        from.at += length;
        return CAIRO_STATUS_SUCCESS;
    };
    Surface surface(cairo_image_surface_create_from_png_stream(read, &reader));
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
        base::fail(base::ErrorCode::InvalidInput, "watermark: {} is damaged", path);
    return surface;
}

WatermarkOverlay::WatermarkOverlay(plan::Watermark const& watermark, plan::Canvas const& canvas)
{
    if (!(watermark.opacity >= 0 && watermark.opacity <= 1))
        base::fail(base::ErrorCode::InvalidInput, "watermark.opacity: {} is not in [0, 1]", watermark.opacity);
    if (!(watermark.width > 0 && watermark.width <= 1))
        base::fail(base::ErrorCode::InvalidInput, "watermark.width: {} is not in (0, 1]", watermark.width);
    auto const picture = read_png(watermark.path);
    auto const from_width = cairo_image_surface_get_width(picture.get());
    auto const from_height = cairo_image_surface_get_height(picture.get());
    auto const margin = margin_share * std::min(canvas.width, canvas.height);
    auto const room = std::max(2.0, canvas.height - 2 * margin);
    auto const scale = std::min(watermark.width * canvas.width / from_width, room / from_height);
    auto const width = std::max(1, static_cast<int>(std::lround(from_width * scale)));
    auto const height = std::max(1, static_cast<int>(std::lround(from_height * scale)));
    Surface const scaled(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
    std::unique_ptr<cairo_t, CairoDeleter> const cairo(cairo_create(scaled.get()));
    if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
    cairo_scale(cairo.get(), scale, scale);
    cairo_set_source_surface(cairo.get(), picture.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cairo.get()), CAIRO_FILTER_BEST);
    cairo_paint(cairo.get());
    cairo_surface_flush(scaled.get());
    bitmap_ = Bitmap(reinterpret_cast<std::uint32_t const*>(cairo_image_surface_get_data(scaled.get())), width, height,
                     cairo_image_surface_get_stride(scaled.get()) / 4);
    auto const right = watermark.corner == plan::Corner::TopRight || watermark.corner == plan::Corner::BottomRight;
    auto const below = watermark.corner == plan::Corner::BottomLeft || watermark.corner == plan::Corner::BottomRight;
    auto const even = [](double value) { return static_cast<int>(std::lround(value / 2)) * 2; };
    left_ = even(right ? canvas.width - margin - width : margin);
    top_ = even(below ? canvas.height - margin - height : margin);
    opacity_ = static_cast<int>(std::lround(watermark.opacity * opaque));
}

void WatermarkOverlay::draw(Picture& picture) const { blend(picture, bitmap_, left_, top_, opacity_); }

} // namespace media
