#pragma once
#include "base/json.h"

namespace studio {

enum class Rights {
    Cleared, ///< the licence allows a changed, published version
    Unknown, ///< a person has to decide, and the decision is kept
    Refused, ///< the licence forbids it
};
BOOST_DESCRIBE_ENUM(Rights, Cleared, Unknown, Refused)

/// On what grounds a work may be used.
enum class Grounds { Own, Licensed, CreativeCommons, PublicDomain, Permission, Unknown };
BOOST_DESCRIBE_ENUM(Grounds, Own, Licensed, CreativeCommons, PublicDomain, Permission, Unknown)

/// What a licence means for an edit, and the sentence that explains it.
struct RightsDecision {
    Rights status = Rights::Unknown;
    Grounds policy = Grounds::Unknown;
    std::string reason;
    std::string decided_by; ///< "licence", or the note of the person who decided
};
BOOST_DESCRIBE_STRUCT(RightsDecision, (), (status, policy, reason, decided_by))

/// `note`: a person's decision about this work, in their own words; it clears what is unknown, never what is refused.
RightsDecision decide_rights(std::string_view license, std::string_view note);

/// What is known of a work's origin.
struct Work {
    std::string title;
    std::string author;
    std::string license; ///< "cc-by"
    std::string license_url;
    std::string source_url;
};
/// The sentence that names a work as its licence asks: title, author, source, licence, and that it was changed. ""
/// where the licence asks for nothing (own work, public domain) and nobody is known to name.
std::string attribution_text(Work const& work);

} // namespace studio
