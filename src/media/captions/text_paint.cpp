#include "media/captions/text_paint.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace media {

static constexpr int side_max = 16384;
static constexpr int shadow_part = 4;
static constexpr double curve_tolerance = 0.2; // samples; finer is not seen

namespace {

/// A cairo surface over a rectangle of the block.
class Surface {
public:
    Surface(double left, double top, double right, double bottom)
        : left_(even(left)), top_(even(top)),
          width_(std::clamp(static_cast<int>(std::ceil(right)) - left_, 2, side_max)),
          height_(std::clamp(static_cast<int>(std::ceil(bottom)) - top_, 2, side_max)),
          surface_(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width_, height_)),
          cairo_(cairo_create(surface_.get()))
    {
        if (cairo_status(cairo_.get()) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
        cairo_translate(cairo_.get(), -left_, -top_);
    }
    cairo_t* cairo() const { return cairo_.get(); }
    std::uint32_t* samples()
    {
        cairo_surface_flush(surface_.get());
        return reinterpret_cast<std::uint32_t*>(cairo_image_surface_get_data(surface_.get()));
    }
    int width() const { return width_; }
    int height() const { return height_; }
    int stride() const { return cairo_image_surface_get_stride(surface_.get()) / 4; }
    Piece piece() { return {Bitmap(samples(), width_, height_, stride()), left_, top_}; }
    /// Lays this over another surface of the same block.
    void paint_on(cairo_t* cairo)
    {
        cairo_set_source_surface(cairo, surface_.get(), left_, top_);
        cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_BILINEAR);
        cairo_paint(cairo);
    }
    Piece enlarged(int times)
    {
        cairo_surface_mark_dirty(surface_.get());
        Surface large(left_ * times, top_ * times, (left_ + width_) * times, (top_ + height_) * times);
        cairo_scale(large.cairo(), times, times);
        paint_on(large.cairo());
        return large.piece();
    }

private:
    static int even(double value) { return static_cast<int>(std::floor(value / 2)) * 2; }
    struct SurfaceDeleter {
        void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    };
    struct CairoDeleter {
        void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    };
    int left_, top_, width_, height_;
    std::unique_ptr<cairo_surface_t, SurfaceDeleter> surface_;
    std::unique_ptr<cairo_t, CairoDeleter> cairo_;
};

void set_color(cairo_t* cairo, plan::Rgb const& color)
{
    cairo_set_source_rgb(cairo, color.red / 255.0, color.green / 255.0, color.blue / 255.0);
}

/// The glyphs of a run that stand for bytes before `limit` of the text, and how far they are moved.
struct Glyphs {
    PangoGlyphString string;
    std::vector<PangoGlyphInfo> infos;
    std::vector<int> clusters;
    double moved = 0;
};

void choose_glyphs(PangoGlyphItem const* item, std::size_t limit, Glyphs& out)
{
    auto const offset = static_cast<std::size_t>(item->item->offset);
    auto const* glyphs = item->glyphs;
    for (int i = 0; i < glyphs->num_glyphs; ++i) {
        if (offset + static_cast<std::size_t>(glyphs->log_clusters[i]) < limit) {
            out.infos.push_back(glyphs->glyphs[i]);
            out.clusters.push_back(glyphs->log_clusters[i]);
        } else if (out.infos.empty()) {
            out.moved += static_cast<double>(glyphs->glyphs[i].geometry.width) / PANGO_SCALE;
        }
    }
    out.string = *glyphs;
    out.string.num_glyphs = static_cast<int>(out.infos.size());
    out.string.glyphs = out.infos.data();
    out.string.log_clusters = out.clusters.data();
}

void show_run(cairo_t* cairo, TextBlock const& block, TextBlock::Run const& run, WordPaint const& paint,
              std::size_t limit)
{
    auto const whole = static_cast<std::size_t>(run.item->item->offset + run.item->item->length) <= limit;
    Glyphs part;
    if (!whole) choose_glyphs(run.item, limit, part);
    if (!whole && part.infos.empty()) return;
    auto* const font = run.item->item->analysis.font;
    cairo_move_to(cairo, run.x + part.moved, run.baseline);
    if (paint.outline > 0) {
        if (run.picture) return;
        pango_cairo_glyph_string_path(cairo, font, whole ? run.item->glyphs : &part.string);
        cairo_set_line_width(cairo, 2 * paint.outline);
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(cairo); // the letters' own inside is covered when they are filled
    } else if (whole) {
        pango_cairo_show_glyph_item(cairo, block.text(), run.item);
    } else {
        pango_cairo_show_glyph_string(cairo, font, &part.string);
    }
}

/// Three passes of a running mean are close to a Gaussian.
void blur_line(std::uint8_t* values, int count, int step, int radius, std::vector<int>& line)
{
    line.resize(static_cast<std::size_t>(count));
    for (int pass = 0; pass < 3; ++pass) {
        auto const at = [&](int i) {
            return i >= 0 && i < count ? static_cast<int>(values[static_cast<std::ptrdiff_t>(i) * step]) : 0;
        };
        int sum = 0;
        for (int i = -radius; i <= radius; ++i) sum += at(i);
        for (int i = 0; i < count; ++i) {
            line[static_cast<std::size_t>(i)] = sum / (2 * radius + 1);
            sum += at(i + radius + 1) - at(i - radius);
        }
        for (int i = 0; i < count; ++i)
            values[static_cast<std::ptrdiff_t>(i) * step] =
                static_cast<std::uint8_t>(line[static_cast<std::size_t>(i)]);
    }
}

} // namespace

/// The place of a word's drawing, `margin` wider than its ink, scaled about its middle.
static Surface word_surface(TextBlock::Word const& word, double margin, double scale)
{
    auto const x = [&](double value) { return word.center_x + (value - word.center_x) * scale; };
    auto const y = [&](double value) { return word.center_y + (value - word.center_y) * scale; };
    return {x(word.left - margin), y(word.top - margin), x(word.right + margin), y(word.bottom + margin)};
}

static Surface draw_word(TextBlock const& block, TextBlock::Word const& word, WordPaint const& paint)
{
    auto surface = word_surface(word, std::max(paint.outline, paint.edge_width) + 2, paint.scale);
    auto* const cairo = surface.cairo();
    cairo_translate(cairo, word.center_x, word.center_y);
    cairo_scale(cairo, paint.scale, paint.scale);
    cairo_translate(cairo, -word.center_x, -word.center_y);
    cairo_set_tolerance(cairo, curve_tolerance);
    auto const limit = paint.bytes > word.end - word.begin ? word.end : word.begin + paint.bytes;
    if (paint.edge_width > 0) {
        set_color(cairo, paint.edge);
        for (auto const& run : word.runs) show_run(cairo, block, run, {paint.edge, paint.edge_width}, limit);
    }
    set_color(cairo, paint.color);
    for (auto const& run : word.runs) show_run(cairo, block, run, paint, limit);
    return surface;
}

Piece paint_word(TextBlock const& block, std::size_t index, WordPaint const& paint)
{
    auto const& word = block.words()[index];
    return word.runs.empty() ? Piece{} : draw_word(block, word, paint).piece();
}

std::vector<Piece> paint_growing_word(TextBlock const& block, std::size_t index, WordPaint paint,
                                      std::vector<double> const& scales)
{
    auto const& word = block.words()[index];
    std::vector<Piece> pieces(scales.size());
    if (word.runs.empty() || scales.empty()) return pieces;
    paint.scale = scales.back();
    auto sharp = draw_word(block, word, paint);
    for (std::size_t i = 0; i + 1 < scales.size(); ++i) {
        auto const share = scales[i] / scales.back();
        auto surface = word_surface(word, std::max(paint.outline, paint.edge_width) + 3, scales[i]);
        cairo_translate(surface.cairo(), word.center_x, word.center_y);
        cairo_scale(surface.cairo(), share, share);
        cairo_translate(surface.cairo(), -word.center_x, -word.center_y);
        sharp.paint_on(surface.cairo());
        pieces[i] = surface.piece();
    }
    pieces.back() = sharp.piece();
    return pieces;
}

/// Drawn and blurred at a quarter of its size: a soft edge holds no detail.
Piece paint_shadow(TextBlock const& block, plan::Rgb const& color, double blur, double outline)
{
    auto const radius = std::clamp(static_cast<int>(std::lround(blur / 2 / shadow_part)), 1, 16);
    auto const margin = 3.0 * (radius + 1) * shadow_part + outline + 2;
    auto const left = std::floor((block.left() - margin) / shadow_part);
    auto const top = std::floor((block.top() - margin) / shadow_part);
    Surface small(left, top, (block.right() + margin) / shadow_part, (block.bottom() + margin) / shadow_part);
    cairo_scale(small.cairo(), 1.0 / shadow_part, 1.0 / shadow_part);
    set_color(small.cairo(), {0, 0, 0});
    for (auto const& word : block.words())
        for (auto const& run : word.runs) {
            if (run.picture) continue;
            show_run(small.cairo(), block, run, {{}, outline}, word.end);
            show_run(small.cairo(), block, run, {}, word.end);
        }
    auto const width = small.width();
    auto const height = small.height();
    auto* const samples = small.samples();
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            mask[static_cast<std::size_t>(y * width + x)] =
                static_cast<std::uint8_t>(samples[static_cast<std::ptrdiff_t>(y) * small.stride() + x] >> 24U);
    std::vector<int> line;
    for (int y = 0; y < height; ++y)
        blur_line(mask.data() + static_cast<std::ptrdiff_t>(y) * width, width, 1, radius, line);
    for (int x = 0; x < width; ++x) blur_line(mask.data() + x, height, width, radius, line);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            auto const alpha = static_cast<std::uint32_t>(mask[static_cast<std::size_t>(y * width + x)]);
            auto const part = [&](int value) { return static_cast<std::uint32_t>(value) * alpha / 255; };
            samples[static_cast<std::ptrdiff_t>(y) * small.stride() + x] =
                alpha << 24U | part(color.red) << 16U | part(color.green) << 8U | part(color.blue);
        }
    return small.enlarged(shadow_part);
}

Piece paint_box(BoxPaint const& box)
{
    Surface surface(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1);
    auto* const cairo = surface.cairo();
    auto const radius = std::min({box.radius, (box.right - box.left) / 2, (box.bottom - box.top) / 2});
    constexpr auto quarter = std::numbers::pi / 2;
    cairo_arc(cairo, box.right - radius, box.top + radius, radius, -quarter, 0);
    cairo_arc(cairo, box.right - radius, box.bottom - radius, radius, 0, quarter);
    cairo_arc(cairo, box.left + radius, box.bottom - radius, radius, quarter, 2 * quarter);
    cairo_arc(cairo, box.left + radius, box.top + radius, radius, 2 * quarter, 3 * quarter);
    cairo_close_path(cairo);
    set_color(cairo, box.color);
    cairo_fill_preserve(cairo);
    if (box.bar > 0) {
        cairo_clip(cairo);
        cairo_rectangle(cairo, box.left, box.top, box.bar, box.bottom - box.top);
        set_color(cairo, box.bar_color);
        cairo_fill(cairo);
    }
    return surface.piece();
}

} // namespace media
