#pragma once
#include "base/json.h"

namespace studio {

enum class Rights {
    Cleared, ///< the licence allows a changed, published version
    Unknown, ///< a person has to decide, and the decision is kept
    Refused, ///< the licence forbids it
};
BOOST_DESCRIBE_ENUM(Rights, Cleared, Unknown, Refused)

/// What a licence means for an edit, and the sentence that explains it.
struct RightsDecision {
    Rights status = Rights::Unknown;
    std::string reason;
    std::string decided_by; ///< "licence", or the note of the person who decided
};
BOOST_DESCRIBE_STRUCT(RightsDecision, (), (status, reason, decided_by))

/// `note`: a person's decision about this work, in their own words; it clears what is unknown, never what is refused.
RightsDecision decide_rights(std::string_view license, std::string_view note);

} // namespace studio
