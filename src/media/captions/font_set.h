#pragma once
#include "plan/captions.h"

#include <memory>
#include <pango/pangocairo.h>

namespace media {

struct ObjectDeleter {
    void operator()(void* object) const { g_object_unref(object); }
};

/// Exactly these font files and no others: what fontconfig would otherwise find on the machine is out of sight, so that
/// the same plan gives the same picture everywhere. One for each thread.
class FontSet {
public:
    /// NotFound where a file is missing, InvalidInput where it is no font.
    FontSet(std::vector<plan::FontFile> const& fonts, std::string const& language, bool bold);
    ~FontSet();
    FontSet(FontSet const&) = delete;
    FontSet& operator=(FontSet const&) = delete;
    /// A layout in these fonts, this many samples high (the em).
    std::unique_ptr<PangoLayout, ObjectDeleter> layout(double size) const;

private:
    std::unique_ptr<PangoFontMap, ObjectDeleter> map_;
    std::unique_ptr<PangoContext, ObjectDeleter> context_;
    std::string families_;
    bool bold_ = false;
};

} // namespace media
