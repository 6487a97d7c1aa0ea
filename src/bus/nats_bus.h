#pragma once
#include "base/config.h"
#include "base/log.h"
#include "bus/bus.h"

namespace bus {

/// Where the NATS servers are and how this program shows who it is.
struct NatsOptions {
    std::string urls;                 ///< "nats://user:password@one:4222,tls://two:4222"
    std::string prefix = "ettametta"; ///< of every subject, so that several installations may share servers
    std::string user = {};            ///< instead of those in the URLs
    std::string password = {};
    std::string credentials_file = {}; ///< a .creds file, instead of user and password
    std::string ca_file = {};          ///< for tls://, instead of the system's certificates
    std::string certificate_file = {}; ///< of this client, where the server asks for one
    std::string key_file = {};
    std::string tls_name = {};      ///< that the servers' certificates must have, instead of the host in the URL
    std::string name = "ettametta"; ///< shown in the server's list of connections
    base::Milliseconds connect_timeout{2'000};
    base::Milliseconds reconnect_wait{250}; ///< between two rounds of attempts, for ever; jittered
    base::Milliseconds ping_every{5'000};   ///< two without an answer, and the server counts as lost
    std::size_t outgoing_max = 4'096;       ///< messages that wait to be sent; more drop the oldest
};

/// Figures since the start.
struct NatsStats {
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0; ///< outgoing, because the servers were away for too long
    std::uint64_t received = 0;
    std::uint64_t refused = 0; ///< incoming ones that were no JSON, or too long
    std::uint64_t reconnects = 0;
};

/// Between processes, over NATS core. What this process tells itself never leaves it, so that it works on while no
/// server answers; publish() never waits for the network. A server that is away is asked again for ever.
class NatsBus : public Bus {
public:
    /// InvalidInput for options that make no sense; servers that don't answer are no error.
    NatsBus(NatsOptions options, base::Log& log);
    ~NatsBus() override;
    void publish(std::string_view topic, std::string_view json) override;
    std::unique_ptr<Subscription> subscribe(std::string_view pattern,
                                            std::size_t queue_max = queue_max_default) override;
    std::string trouble() const override;
    NatsStats stats() const;

private:
    class Link;
    std::shared_ptr<Link> link_;
};

/// The settings of the bus, for base::Config.
std::vector<base::Setting> settings();
/// Over NATS where `bus.url` is set, otherwise within this process.
std::unique_ptr<Bus> bus_from(base::Config const& config, base::Log& log, std::string name);

} // namespace bus
