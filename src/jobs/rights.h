#pragma once
#include "jobs/services.h"
#include "store/tables/clips.h"
#include "store/tables/rights.h"
#include "studio/rights.h"

namespace jobs {

/// The ledger's row for what is known of an asset: the source's statement is the evidence.
store::RightsEntry rights_entry(Services& services, store::Asset const& asset, discovery::Rights const& found,
                                studio::RightsDecision const& decision);

/// A person's decision about a work.
struct Decision {
    store::RightsPolicy policy = store::RightsPolicy::Unknown;
    std::string note;            ///< why, in their own words
    std::string holder;          ///< "": the work's author
    std::string terms;           ///< what the grounds ask for
    std::string evidence = "{}"; ///< JSON: the paper it stands on
    std::string decided_by = "person";
};
/// Records it in the ledger and on the asset. A licence that forbids the use gives way only to the holder's own
/// permission, on evidence: Forbidden otherwise. InvalidInput without a reason.
void record_decision(store::Connection& connection, store::Asset const& asset, Decision const& decision, base::Ids& ids,
                     base::Time now);

/// A work that goes into a clip besides its picture: a file of the creator's, with what its sidecar says of it.
struct AddedWork {
    store::ContentRole role = store::ContentRole::Music;
    store::Asset asset;
    store::RightsEntry rights;
};
std::vector<AddedWork> added_works(Services& services, std::string const& owner_id, plan::EditPlan const& plan);

/// Writes down what a clip contains. A file that is known by its content already keeps its asset and its rights.
void record_contents(store::Connection& connection, Services& services, store::Clip const& clip,
                     store::Asset const& picture, std::vector<AddedWork> const& added);

/// What of a clip's contents holds it back, in a sentence each; `rights` is the record that travels with the post.
struct Clearance {
    bool refused = false;
    bool unknown = false;
    std::vector<std::string> problems;
    std::vector<std::string> credits; ///< of what is not the picture
    base::json::array contents;
};
Clearance check_contents(store::Connection& connection, std::string const& clip_id);

} // namespace jobs
