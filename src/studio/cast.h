#pragma once
#include "plan/edit_plan.h"

namespace studio {

/// Where something was at a moment; fractions of the displayed picture.
struct Sample {
    double at = 0; ///< of the source
    double x = 0.5;
    double y = 0.5;
    double width = 0;
};

/// A person in a part of a shot.
struct Person {
    std::vector<Sample> samples;
    double present = 0;  ///< share of the looks in which the face was seen
    double speaking = 0; ///< mean, 0..1
    Sample middle() const;
};

/// Who is seen in [start, end), the most important first: present, large, speaking. What was seen fewer than three
/// times is left out: foam and foliage look like faces, too.
std::vector<Person> find_cast(plan::Analysis const& analysis, plan::Span const& part);
/// Where something moves against the rest of the picture; empty where movement is everywhere or nowhere.
std::vector<Sample> find_focus(plan::Analysis const& analysis, plan::Span const& part);

} // namespace studio
