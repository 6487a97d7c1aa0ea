#pragma once
#include "base/log.h"
#include "bus/inbox.h"
#include "bus/nats_bus.h"

#include <atomic>
#include <map>
#include <nats/nats.h>
#include <thread>

namespace bus {

/// The connection of a NatsBus and the one thread that writes to it. Lives as long as the last subscription; does
/// nothing more after close().
class NatsBus::Link {
public:
    Link(NatsOptions options, base::Log& log);
    ~Link();
    Link(Link const&) = delete;
    Link& operator=(Link const&) = delete;

    void send(std::string_view topic, std::string_view json);
    void add(std::shared_ptr<Inbox> const& inbox, std::string_view pattern);
    void remove(std::shared_ptr<Inbox> const& inbox);
    void close();
    std::string trouble() const;
    NatsStats stats() const;

    Hub hub; ///< what this process tells itself

private:
    template <class T, void (*Destroy)(T*)> struct Deleter {
        void operator()(T* it) const { Destroy(it); }
    };
    using Connection = std::unique_ptr<natsConnection, Deleter<natsConnection, natsConnection_Destroy>>;
    using Options = std::unique_ptr<natsOptions, Deleter<natsOptions, natsOptions_Destroy>>;
    using Handle = std::unique_ptr<natsSubscription, Deleter<natsSubscription, natsSubscription_Destroy>>;
    struct Counters {
        std::atomic<std::uint64_t> sent = 0, dropped = 0, received = 0, refused = 0, reconnects = 0;
    };
    /// What NATS' own threads hold of a subscription until they are done with it.
    struct Feed {
        std::shared_ptr<Inbox> inbox;
        std::shared_ptr<Counters> counters;
        std::size_t prefix_bytes;
    };
    struct Entry {
        std::string subject;
        Handle handle; ///< none while there is no connection
    };
    struct Outgoing {
        std::string subject;
        std::string json;
    };

    Options make_options();
    void set_identity(natsOptions* options) const;
    void set_tls(natsOptions* options) const;
    void set_handlers(natsOptions* options);
    void run(std::stop_token const& stop);
    bool connect();
    void disconnect();
    void subscribe(std::shared_ptr<Inbox> const& inbox, Entry& entry);
    void flush_outgoing(std::stop_token const& stop);
    void note_trouble(std::string text, bool lost);

    static void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* feed);
    static void on_complete(void* feed);
    static void on_disconnected(natsConnection*, void* link);
    static void on_reconnected(natsConnection*, void* link);
    static void on_closed(natsConnection*, void* link);
    static void on_error(natsConnection*, natsSubscription*, natsStatus error, void* link);

    NatsOptions const options_;
    base::Log& log_;
    std::vector<std::string> urls_;
    std::shared_ptr<Counters> counters_ = std::make_shared<Counters>();
    mutable std::mutex mutex_; // guards what follows
    std::condition_variable_any changed_;
    Connection connection_;
    std::map<std::shared_ptr<Inbox>, Entry> entries_;
    std::deque<Outgoing> outgoing_;
    std::string trouble_ = "not connected yet";
    bool connected_ = false;
    bool lost_for_good_ = false; ///< the library gave up, so that we begin anew
    bool closed_ = false;        ///< its last callback has come
    bool ended_ = false;         ///< close() was called
    std::jthread sender_;
};

} // namespace bus
