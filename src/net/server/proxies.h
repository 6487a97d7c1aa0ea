#pragma once
#include "net/http_server.h"

namespace net::server {

/// Who really asks, where a proxy that the operator trusts stands in between.
class Proxies {
public:
    /// Addresses ("10.0.0.7") or blocks ("10.0.0.0/8"); InvalidInput names what is neither.
    Proxies(std::vector<std::string> const& trusted, ProxyHeader header);
    /// Sets remote and secure from the peer's, or from what the chain of trusted proxies says of whom it stands for:
    /// from the right, the first address that is not trusted itself.
    void apply(ServerRequest& request) const;

private:
    struct Block {
        Address address;
        int bits = 0;
    };
    bool trusted(std::string_view address) const;
    void apply_x_forwarded(ServerRequest& request) const;
    void apply_forwarded(ServerRequest& request) const;

    std::vector<Block> blocks_;
    ProxyHeader header_;
};

} // namespace net::server
