#include "jobs/rights.h"

#include "base/hash.h"

namespace jobs {

static store::RightsStatus status_of(studio::Rights rights)
{
    return base::enum_value<store::RightsStatus>(base::enum_text(rights), "rights");
}

store::RightsEntry rights_entry(Services& services, store::Asset const& asset, discovery::Rights const& found,
                                studio::RightsDecision const& decision)
{
    auto const by_licence = decision.decided_by.empty() || decision.decided_by == "licence";
    return {.id = services.ids.next(),
            .owner_id = asset.owner_id,
            .asset_id = asset.id,
            .policy = base::enum_value<store::RightsPolicy>(base::enum_text(decision.policy), "policy"),
            .status = status_of(decision.status),
            .license = found.license,
            .license_url = found.license_url.value_or(""),
            .holder = found.author.value_or(""),
            .terms = decision.reason,
            .evidence = base::to_json(found),
            .decided_by = by_licence ? "licence" : "person",
            .note = by_licence ? "" : decision.decided_by,
            .created_at = services.clock.now()};
}

void record_decision(store::Connection& connection, store::Asset const& asset, Decision const& decision, base::Ids& ids,
                     base::Time now)
{
    if (base::trim(decision.note).empty())
        base::fail(base::ErrorCode::InvalidInput, base::Next{"say why you may use it"},
                   "note: a decision about rights needs its reason");
    auto const permitted = decision.policy == store::RightsPolicy::Permission && decision.evidence != "{}";
    if (asset.rights_status == store::RightsStatus::Refused && !permitted)
        base::fail(base::ErrorCode::Forbidden,
                   base::Next{"decide for 'permission' and give the evidence: the holder's own permission"},
                   "{}: its licence {} forbids this use", asset.title, asset.license);
    auto const cleared = decision.policy != store::RightsPolicy::Unknown;
    store::record_rights(connection, {.id = ids.next(),
                                      .owner_id = asset.owner_id,
                                      .asset_id = asset.id,
                                      .policy = decision.policy,
                                      .status = cleared ? store::RightsStatus::Cleared : store::RightsStatus::Unknown,
                                      .license = asset.license,
                                      .license_url = asset.license_url,
                                      .holder = decision.holder.empty() ? asset.author : decision.holder,
                                      .terms = decision.terms,
                                      .evidence = decision.evidence,
                                      .decided_by = decision.decided_by,
                                      .note = decision.note,
                                      .created_at = now});
}

static AddedWork added_work(Services& services, std::string const& owner_id, store::ContentRole role,
                            std::string const& path)
{
    auto const candidate = discovery::describe_file(path);
    auto const found = discovery::rights_of(candidate);
    auto const decision = studio::decide_rights(found.license, "");
    auto const now = services.clock.now();
    AddedWork work{.role = role};
    work.asset = {.id = services.ids.next(),
                  .owner_id = owner_id,
                  .source_url = found.source_url,
                  .path = path,
                  .sha256 = base::sha256_file(path),
                  .license = found.license,
                  .license_url = found.license_url.value_or(""),
                  .author = found.author.value_or(""),
                  .title = candidate.title,
                  .rights_status = status_of(decision.status),
                  .rights_note = decision.decided_by + ": " + decision.reason,
                  .data = base::to_json(found),
                  .created_at = now,
                  .updated_at = now};
    work.rights = rights_entry(services, work.asset, found, decision);
    return work;
}

std::vector<AddedWork> added_works(Services& services, std::string const& owner_id, plan::EditPlan const& plan)
{
    std::vector<AddedWork> works;
    if (plan.audio.music) works.push_back(added_work(services, owner_id, store::ContentRole::Music, *plan.audio.music));
    if (plan.audio.voice) works.push_back(added_work(services, owner_id, store::ContentRole::Voice, *plan.audio.voice));
    return works;
}

static void add_content(store::Connection& connection, Services& services, store::Clip const& clip,
                        store::Asset const& asset, store::ContentRole role)
{
    store::insert_clip_content(connection,
                               {.id = services.ids.next(),
                                .owner_id = clip.owner_id,
                                .clip_id = clip.id,
                                .asset_id = asset.id,
                                .role = role,
                                .attribution = studio::attribution_text(
                                    {asset.title, asset.author, asset.license, asset.license_url, asset.source_url}),
                                .created_at = clip.created_at});
}

void record_contents(store::Connection& connection, Services& services, store::Clip const& clip,
                     store::Asset const& picture, std::vector<AddedWork> const& added)
{
    add_content(connection, services, clip, picture, store::ContentRole::Picture);
    for (auto const& work : added) {
        auto const known = store::find_asset_by_hash(connection, clip.owner_id, work.asset.sha256);
        if (!known) {
            store::insert_asset(connection, work.asset);
            store::record_rights(connection, work.rights);
        }
        add_content(connection, services, clip, known ? *known : work.asset, work.role);
    }
}

Clearance check_contents(store::Connection& connection, std::string const& clip_id)
{
    Clearance clearance;
    for (auto const& content : store::clip_contents(connection, clip_id)) {
        auto const asset = store::find_asset(connection, content.asset_id);
        auto const rights = store::current_rights(connection, content.asset_id);
        auto const status = rights ? rights->status : store::RightsStatus::Unknown;
        auto const role = base::enum_text(content.role);
        auto const title = asset ? asset->title : content.asset_id;
        if (status != store::RightsStatus::Cleared)
            clearance.problems.push_back(fmt::format("{} '{}' ({}): {}", role, title, content.asset_id,
                                                     rights ? rights->terms : "nobody recorded its rights"));
        clearance.refused = clearance.refused || status == store::RightsStatus::Refused;
        clearance.unknown = clearance.unknown || status == store::RightsStatus::Unknown;
        if (content.role != store::ContentRole::Picture && !content.attribution.empty())
            clearance.credits.push_back((role == "music" ? "Music: " : "Voice: ") + content.attribution);
        base::json::object entry{{"role", role},
                                 {"asset_id", content.asset_id},
                                 {"title", title},
                                 {"sha256", asset ? asset->sha256 : ""},
                                 {"source_url", asset ? asset->source_url : ""},
                                 {"attribution", content.attribution},
                                 {"status", base::enum_text(status)}};
        if (rights) {
            entry["policy"] = base::enum_text(rights->policy);
            entry["license"] = rights->license;
            entry["license_url"] = rights->license_url;
            entry["holder"] = rights->holder;
            entry["terms"] = rights->terms;
            entry["decided_by"] = rights->decided_by;
            entry["note"] = rights->note;
        }
        clearance.contents.push_back(std::move(entry));
    }
    return clearance;
}

} // namespace jobs
