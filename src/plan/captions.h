#pragma once
#include "plan/analysis.h"

#include <cstdint>

namespace plan {

enum class CaptionMotion {
    None,
    Highlight,  ///< the spoken word takes the highlight colour
    Pop,        ///< the spoken word also grows
    Typewriter, ///< letters appear as they are spoken
    Marker,     ///< the spoken word stands on a box of the highlight colour
};
BOOST_DESCRIBE_ENUM(CaptionMotion, None, Highlight, Pop, Typewriter, Marker)

enum class CaptionAlign { Center, Left };
BOOST_DESCRIBE_ENUM(CaptionAlign, Center, Left)

/// How captions look: one file in catalog/captions. Sizes are fractions of the canvas height.
struct CaptionStyle {
    std::string name;
    std::string help;
    std::vector<std::string> fonts; ///< families in order of preference
    bool bold = false;
    double size = 0.045;
    std::string color = "#ffffff";
    std::string highlight_color = "#ffe14d";
    std::string outline_color = "#000000";
    double outline = 0.004;
    double outline_opacity = 1; ///< at the least; raised where the picture behind leaves too little contrast
    double shadow = 0;          ///< how far below the text its soft shadow lies
    double shadow_blur = 0;
    std::string box_color; ///< "" without a box behind the text
    double box_opacity = 0.82;
    double box_radius = 0.01;
    double box_padding = 0.012;
    std::string accent_color; ///< of a bar at the box's left edge; "" without
    bool uppercase = false;
    double position = 0.72;     ///< of the text's middle, from the top
    double line_spacing = 1.0;  ///< of the font's own line height
    double pop = 1.14;          ///< how far Pop grows a word
    bool keep_lit = false;      ///< words stay in the highlight colour once they were spoken
    bool follow_palette = true; ///< the highlight colour may be taken from the picture
    CaptionAlign align = CaptionAlign::Center;
    int words_per_line_max = 4;
    int characters_per_line_max = 20;
    int lines_max = 2;
    CaptionMotion motion = CaptionMotion::Highlight;
};
BOOST_DESCRIBE_STRUCT(CaptionStyle, (),
                      (name, help, fonts, bold, size, color, highlight_color, outline_color, outline, outline_opacity,
                       shadow, shadow_blur, box_color, box_opacity, box_radius, box_padding, accent_color, uppercase,
                       position, line_spacing, pop, keep_lit, follow_palette, align, words_per_line_max,
                       characters_per_line_max, lines_max, motion))

/// A font file and the family that is asked for in it (a collection holds several).
struct FontFile {
    std::string path; ///< absolute
    std::string family;
};
BOOST_DESCRIBE_STRUCT(FontFile, (), (path, family))

/// Where the captions of a part of the clip stand.
struct CaptionPlacement {
    double start = 0; ///< clip seconds
    double end = 0;
    double position = 0.72; ///< of the text's middle, from the top
    std::string reason;
    std::string covers; ///< what it has to cover, where nothing was free
};
BOOST_DESCRIBE_STRUCT(CaptionPlacement, (), (start, end, position, reason, covers))

struct Captions {
    CaptionStyle style;
    std::string font_path; ///< absolute
    std::string font_family;
    std::vector<FontFile> fallback_fonts = {};     ///< for characters that the first lacks, in order
    std::vector<Word> words;                       ///< on the clip's timeline
    std::vector<CaptionPlacement> placements = {}; ///< ascending; where none holds: the style's position
    std::string source;
    bool draft = false;
    std::string language = {}; ///< BCP 47; "" is guessed from the letters
};
BOOST_DESCRIBE_STRUCT(Captions, (),
                      (style, font_path, font_family, fallback_fonts, words, placements, source, draft, language))

/// Words over the picture for a part of the clip.
struct Title {
    std::string text;
    double from = 0; ///< clip seconds
    double to = 0;
    CaptionStyle style;
    std::vector<FontFile> fonts; ///< first choice first
};
BOOST_DESCRIBE_STRUCT(Title, (), (text, from, to, style, fonts))

/// Large, in the upper third, with a firm outline: for titles over the picture and on thumbnails.
CaptionStyle title_style();

enum class Corner { TopLeft, TopRight, BottomLeft, BottomRight };
BOOST_DESCRIBE_ENUM(Corner, TopLeft, TopRight, BottomLeft, BottomRight)

/// A picture in a corner, all the time.
struct Watermark {
    std::string path; ///< absolute, PNG
    Corner corner = Corner::TopRight;
    double opacity = 0.7; ///< 0..1
    double width = 0.16;  ///< of the canvas's width
};
BOOST_DESCRIBE_STRUCT(Watermark, (), (path, corner, opacity, width))

/// Measured on the captions as they were drawn. Those of several drawers add up with merge().
struct CaptionFacts {
    std::int64_t cards = 0;
    std::int64_t missing_glyphs = 0;
    std::int64_t shrunk_cards = 0;    ///< too wide for the canvas at the style's size
    std::int64_t shortened_cards = 0; ///< did not fit at the smallest size either
    std::int64_t fast_cards = 0;      ///< above the reading speed
    double characters_per_second_max = 0;
    double contrast_min = 21;      ///< of text against what is really behind it, as WCAG counts it
    std::int64_t frames = 0;       ///< pictures that captions were drawn on
    std::int64_t strengthened = 0; ///< of these, those where the outline had to be made stronger
};
BOOST_DESCRIBE_STRUCT(CaptionFacts, (),
                      (cards, missing_glyphs, shrunk_cards, shortened_cards, fast_cards, characters_per_second_max,
                       contrast_min, frames, strengthened))
/// Joins what two drawers of the same captions measured.
CaptionFacts merge(CaptionFacts const& one, CaptionFacts const& other);

} // namespace plan
