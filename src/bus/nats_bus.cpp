#include "bus/nats_bus.h"

#include "bus/memory_bus.h"
#include "bus/nats_link.h"

namespace bus {

NatsBus::NatsBus(NatsOptions options, base::Log& log) : link_(std::make_shared<Link>(std::move(options), log)) {}

NatsBus::~NatsBus() { link_->close(); }

void NatsBus::publish(std::string_view topic, std::string_view json)
{
    link_->hub.put(topic, json);
    link_->send(topic, json);
}

std::unique_ptr<Subscription> NatsBus::subscribe(std::string_view pattern, std::size_t queue_max)
{
    struct Handle : Subscription {
        Handle(std::shared_ptr<Link> the_link, std::shared_ptr<Inbox> the_inbox)
            : link(std::move(the_link)), inbox(std::move(the_inbox))
        {
        }
        Handle(Handle const&) = delete;
        Handle& operator=(Handle const&) = delete;
        ~Handle() override { link->remove(inbox); }
        std::optional<Message> wait(std::stop_token const& stop, base::Milliseconds timeout) override
        {
            return inbox->take(stop, timeout);
        }
        std::shared_ptr<Link> link;
        std::shared_ptr<Inbox> inbox;
    };
    auto inbox = link_->hub.add(pattern, queue_max);
    auto handle = std::make_unique<Handle>(link_, inbox);
    link_->add(inbox, pattern);
    return handle;
}

std::string NatsBus::trouble() const { return link_->trouble(); }

NatsStats NatsBus::stats() const { return link_->stats(); }

std::vector<base::Setting> settings()
{
    return {{"bus", "url", "NATS servers that join several machines, nats://user:password@host:4222,...; empty: one",
             "", "NATS_URL", true},
            {"bus", "prefix", "of every subject on them", "ettametta"},
            {"bus", "credentials", "a .creds file for them", ""},
            {"bus", "ca_file", "certificates that tls:// trusts, instead of the system's", ""},
            {"bus", "certificate", "certificate file of this program, where they ask for one", ""},
            {"bus", "certificate_key", "its key file", ""},
            {"bus", "tls_name", "name in their certificates, where it is not the one in bus.url", ""}};
}

std::unique_ptr<Bus> bus_from(base::Config const& config, base::Log& log, std::string name)
{
    NatsOptions options{.urls = config.text("bus.url")};
    if (options.urls.empty()) return std::make_unique<MemoryBus>();
    options.prefix = config.text("bus.prefix");
    options.credentials_file = config.text("bus.credentials");
    options.ca_file = config.text("bus.ca_file");
    options.certificate_file = config.text("bus.certificate");
    options.key_file = config.text("bus.certificate_key");
    options.tls_name = config.text("bus.tls_name");
    options.name = std::move(name);
    return std::make_unique<NatsBus>(std::move(options), log);
}

} // namespace bus
