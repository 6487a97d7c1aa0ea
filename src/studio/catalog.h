#pragma once
#include "plan/edit_plan.h"
#include "studio/platform.h"

#include <filesystem>

namespace studio {

/// A style for a clip: one file in catalog/looks.
struct Look {
    std::string name;
    std::string help;
    std::vector<plan::FilterCall> filters;
    double intensity = 1;   ///< 0..1: all filters' intensity is multiplied by it
    std::string captions;   ///< caption style that suits it, "" for the default
    std::string music_hint; ///< for people and, later, the music picker
};
BOOST_DESCRIBE_STRUCT(Look, (), (name, help, filters, intensity, captions, music_hint))

/// The look's filters as a plan has them, at the look's intensity.
std::vector<plan::FilterCall> filters_of(Look const& look);

/// Which looks suit a mood, and which a niche (a word in its name), best first: catalog/moods.json.
struct Moods {
    std::map<std::string, std::vector<std::string>> moods;
    std::map<std::string, std::vector<std::string>> niches;
};
BOOST_DESCRIBE_STRUCT(Moods, (), (moods, niches))

/// Looks and caption styles as the catalog folder holds them, read and checked at once.
class Catalog {
public:
    explicit Catalog(std::filesystem::path const& folder);
    std::vector<Look> const& looks() const { return looks_; }
    std::vector<plan::CaptionStyle> const& captions() const { return captions_; }
    std::vector<Platform> const& platforms() const { return platforms_; }
    /// Families to fall back on, in order, from fonts.json.
    std::vector<std::string> const& fonts() const { return fonts_; }
    Moods const& moods() const { return moods_; }
    /// InvalidInput lists what there is.
    Look const& look(std::string_view name) const;
    plan::CaptionStyle const& caption_style(std::string_view name) const;
    Platform const& platform(std::string_view name) const;

private:
    std::vector<Look> looks_;
    std::vector<plan::CaptionStyle> captions_;
    std::vector<Platform> platforms_;
    std::vector<std::string> fonts_;
    Moods moods_;
};

} // namespace studio
