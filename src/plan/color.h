#pragma once
#include <string>
#include <string_view>

namespace plan {

/// 8-bit sRGB.
struct Rgb {
    int red = 0;
    int green = 0;
    int blue = 0;
    bool operator==(Rgb const&) const = default;
};

/// "#rrggbb"; InvalidInput names the field otherwise.
Rgb parse_color(std::string_view text, std::string_view field);
std::string to_hex(Rgb const& color);

/// How bright a colour is to the eye, 0..1 (WCAG 2.2, relative luminance).
double relative_luminance(Rgb const& color);
/// 1 (the same) .. 21 (black on white), of two luminances.
double contrast(double luminance, double other);
inline constexpr double contrast_wanted = 4.5; ///< of WCAG's level AA

/// share 0: `from`, 1: `to`.
Rgb mix(Rgb const& from, Rgb const& to, double share);
/// The colour nearest to this one, made darker or lighter, that has the wanted contrast to all of these luminances;
/// black or white where none has.
Rgb with_contrast(Rgb const& color, std::initializer_list<double> luminances, double wanted = contrast_wanted);
/// 0 (grey) .. 1.
double saturation(Rgb const& color);

} // namespace plan
