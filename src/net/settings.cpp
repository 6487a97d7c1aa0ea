#include "net/settings.h"

#include "base/text.h"

namespace net {

std::vector<base::Setting> settings()
{
    return {
        base::changeable({"net", "user_agent",
                          "how the program names itself to other servers; some want a contact in it",
                          "ettametta/0.1 (self-hosted; set net.user_agent to name a contact)"}),
        {"net", "proxy", "http:// or https:// proxy for everything that goes out"},
        {"net", "ca_file", "certificates to trust instead of the system's"},
        {"net", "allow_origins",
         "servers of your own network that feeds and candidates may name, as in http://127.0.0.1:8080; commas between"},
    };
}

ClientOptions options_from(base::Config const& config)
{
    ClientOptions options;
    options.user_agent = config.text("net.user_agent");
    options.proxy = config.text("net.proxy");
    options.ca_file = config.text("net.ca_file");
    for (auto const& origin : base::split_list(config.text("net.allow_origins"))) {
        auto const url = parse_url(origin);
        if (url.target != "/")
            base::fail(base::ErrorCode::InvalidInput, "net.allow_origins: '{}' is more than scheme, host and port",
                       origin);
        options.guard_exempt_origins.push_back(url.origin());
    }
    for (auto const c : options.user_agent)
        if (static_cast<unsigned char>(c) < 0x20)
            base::fail(base::ErrorCode::InvalidInput, "net.user_agent: holds a control character");
    return options;
}

} // namespace net
