#include "api/route.h"

namespace api {

// Every family of routes, in alphabetical order. A family lives in routes/<name>.cpp and is named here twice: declared,
// listed.
namespace routes {
std::vector<Route> analysis(), audit(), backups(), calendar(), catalog(), clips(), content(), dead_letters(),
    discovery(), docs(), health(), jobs(), keys(), library(), links(), live(), models(), my_account(), niches(),
    posts(), schedules(), settings(), sign_in(), sources(), stock(), subtitles(), system(), transforms(), uploads(),
    users(), webhooks();
}

std::span<Route const> all_routes()
{
    using namespace routes;
    static auto const list = [] {
        std::vector<Route> all;
        for (auto family :
             {analysis(),  audit(),      backups(), calendar(),   catalog(),   clips(),    content(), dead_letters(),
              discovery(), docs(),       health(),  jobs(),       keys(),      library(),  links(),   routes::live(),
              models(),    my_account(), niches(),  posts(),      schedules(), settings(), sign_in(), sources(),
              stock(),     subtitles(),  system(),  transforms(), uploads(),   users(),    webhooks()})
            std::ranges::move(family, std::back_inserter(all));
        return all;
    }();
    return list;
}

} // namespace api
