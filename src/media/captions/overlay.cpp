#include "media/captions/overlay.h"

#include "base/error.h"
#include "base/file.h"
#include "media/captions/ass_script.h"

#include <algorithm>
#include <ass/ass.h>
#include <cmath>

namespace media {

static constexpr std::size_t font_bytes_max = 64U << 20U;

namespace {

struct LibraryDeleter {
    void operator()(ASS_Library* library) const { ass_library_done(library); }
};
struct RendererDeleter {
    void operator()(ASS_Renderer* renderer) const { ass_renderer_done(renderer); }
};
struct TrackDeleter {
    void operator()(ASS_Track* track) const { ass_free_track(track); }
};

} // namespace

struct CaptionOverlay::State {
    std::unique_ptr<ASS_Library, LibraryDeleter> library;
    std::unique_ptr<ASS_Renderer, RendererDeleter> renderer;
    std::unique_ptr<ASS_Track, TrackDeleter> track;
};

static void ignore_message(int, char const*, va_list, void*) {}

CaptionOverlay::CaptionOverlay(plan::Captions const& captions, plan::Canvas const& canvas, double clip_seconds)
    : state_(std::make_unique<State>())
{
    auto const font = base::read_file(captions.font_path, font_bytes_max);
    if (font.size() < 12)
        base::fail(base::ErrorCode::InvalidInput, "captions.font_path: {} is not a font", captions.font_path);
    state_->library.reset(ass_library_init());
    if (!state_->library) throw std::bad_alloc();
    ass_set_message_cb(state_->library.get(), ignore_message, nullptr);
    ass_add_font(state_->library.get(), captions.font_family.c_str(), font.data(), static_cast<int>(font.size()));
    state_->renderer.reset(ass_renderer_init(state_->library.get()));
    if (!state_->renderer) throw std::bad_alloc();
    ass_set_frame_size(state_->renderer.get(), canvas.width, canvas.height);
    ass_set_cache_limits(state_->renderer.get(), 1000, 32);
    ass_set_fonts(state_->renderer.get(), captions.font_path.c_str(), captions.font_family.c_str(),
                  ASS_FONTPROVIDER_NONE, nullptr, 0);
    auto script = ass_script(captions, canvas, clip_seconds);
    state_->track.reset(ass_read_memory(state_->library.get(), script.data(), script.size(), nullptr)); // already UTF-8
    if (!state_->track) base::fail(base::ErrorCode::Internal, "libass does not take the caption script");
}

CaptionOverlay::~CaptionOverlay() = default;

static void blend_luma(ASS_Image const& image, int opacity, std::uint8_t y, Plane const& plane)
{
    for (int row = 0; row < image.h; ++row) {
        auto const* mask = image.bitmap + static_cast<std::ptrdiff_t>(row) * image.stride;
        auto* out = plane.row(image.dst_y + row) + image.dst_x;
        for (int x = 0; x < image.w; ++x) {
            auto const alpha = mask[x] * opacity; // 0..65025
            out[x] =
                static_cast<std::uint8_t>(out[x] + ((y - out[x]) * alpha + (y >= out[x] ? 32512 : -32512)) / 65025);
        }
    }
}

/// The mean of the mask over the two by two luma samples of each chroma sample.
static void blend_chroma(ASS_Image const& image, int opacity, std::uint8_t value, Plane const& plane)
{
    auto const mask = [&](int x, int y) {
        x -= image.dst_x;
        y -= image.dst_y;
        return x >= 0 && y >= 0 && x < image.w && y < image.h
                   ? image.bitmap[static_cast<std::ptrdiff_t>(y) * image.stride + x]
                   : 0;
    };
    for (int y = image.dst_y / 2; y <= (image.dst_y + image.h - 1) / 2 && y < plane.height; ++y) {
        auto* out = plane.row(y);
        for (int x = image.dst_x / 2; x <= (image.dst_x + image.w - 1) / 2 && x < plane.width; ++x) {
            auto const sum =
                mask(2 * x, 2 * y) + mask(2 * x + 1, 2 * y) + mask(2 * x, 2 * y + 1) + mask(2 * x + 1, 2 * y + 1);
            if (sum == 0) continue;
            auto const alpha = sum * opacity / 4;
            out[x] = static_cast<std::uint8_t>(out[x] +
                                               ((value - out[x]) * alpha + (value >= out[x] ? 32512 : -32512)) / 65025);
        }
    }
}

void CaptionOverlay::draw(Picture& picture, double at_seconds)
{
    auto const* image =
        ass_render_frame(state_->renderer.get(), state_->track.get(), std::llround(at_seconds * 1000), nullptr);
    for (; image; image = image->next) {
        if (image->w <= 0 || image->h <= 0 || image->dst_x < 0 || image->dst_y < 0) continue;
        if (image->dst_x + image->w > picture.width() || image->dst_y + image->h > picture.height()) continue;
        auto const color = yuv_of(static_cast<int>(image->color >> 24U), static_cast<int>(image->color >> 16U & 0xFFU),
                                  static_cast<int>(image->color >> 8U & 0xFFU));
        auto const opacity = 255 - static_cast<int>(image->color & 0xFFU);
        blend_luma(*image, opacity, color.y, picture.plane(0));
        blend_chroma(*image, opacity, color.u, picture.plane(1));
        blend_chroma(*image, opacity, color.v, picture.plane(2));
    }
}

} // namespace media
