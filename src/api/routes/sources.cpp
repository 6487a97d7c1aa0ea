#include "api/route.h"
#include "discovery/source_store.h"

namespace api::routes {

struct SourceView : discovery::SourceInfo {
    std::optional<base::Time> last_ok;
    std::optional<base::Time> paused_until;
    std::int64_t asked = 0;
    std::int64_t failed = 0;
    std::optional<discovery::SourceCode> last_code;
    std::string last_reason;
};
BOOST_DESCRIBE_STRUCT(SourceView, (discovery::SourceInfo),
                      (last_ok, paused_until, asked, failed, last_code, last_reason))

struct SourceList {
    std::vector<SourceView> items;
};
BOOST_DESCRIBE_STRUCT(SourceList, (), (items))

static SourceList list(Services& services, Call const&, Nothing const&)
{
    auto& scanner = services.discovery.parts().scanner;
    SourceList out;
    for (auto const& info : scanner.list()) {
        SourceView view{info, {}, {}, 0, 0, {}, {}};
        if (auto const health = scanner.store().health(info.id)) {
            view.last_ok = health->last_ok;
            view.paused_until = health->paused_until;
            view.last_code = health->code;
            view.last_reason = health->reason;
        }
        for (auto const& one : scanner.store().history(info.id, discovery::history_max)) {
            ++view.asked;
            view.failed += one.status == discovery::SourceStatus::Failed ? 1 : 0;
        }
        out.items.push_back(std::move(view));
    }
    return out;
}

static Route list_sources()
{
    return route({.method = "GET",
                  .path = "/api/v1/sources",
                  .tag = "sources",
                  .help = "Every source: whether it is configured, and how it is doing."},
                 list);
}

static discovery::SourceCheck check(Services& services, Call const&, ById const& parameters, Nothing const&)
{
    auto& scanner = services.discovery.parts().scanner;
    auto const known = scanner.list();
    if (std::ranges::none_of(known, [&](auto const& source) { return source.id == parameters.id; }))
        base::fail(base::ErrorCode::NotFound, "there is no source {}", base::truncate_utf8(parameters.id, 60));
    return scanner.check({parameters.id}).at(0);
}

static Route check_source()
{
    return route({.method = "POST",
                  .path = "/api/v1/sources/{id}/check",
                  .access = Access::Creator,
                  .tag = "sources",
                  .help = "Asks one source a small question, now."},
                 check);
}

std::vector<Route> sources() { return {list_sources(), check_source()}; }

} // namespace api::routes
