#pragma once
#include "plan/analysis.h"
#include "studio/catalog.h"

namespace studio {

/// A look and why it was taken.
struct LookChoice {
    std::string look;
    std::string reason;
};

/// The look for a clip: what the creator always wants, else what suits the niche, else what suits the film's mood; all
/// by catalog/moods.json. Same inputs, same look.
LookChoice choose_look(Catalog const& catalog, plan::Analysis const& analysis, std::string_view niche,
                       std::string_view preferred);

} // namespace studio
