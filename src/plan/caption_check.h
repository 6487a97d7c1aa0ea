#pragma once
#include "plan/captions.h"

namespace plan {

// Hold what is laid over pictures to its limits; InvalidInput names field, value and range.
void check(Captions const& captions);
void check(Title const& title);
void check(Watermark const& watermark);

} // namespace plan
