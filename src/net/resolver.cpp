#include "net/http.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <sys/socket.h>
#include <thread>

namespace net {

using base::ErrorCode;
using base::fail;

namespace {

/// getaddrinfo can't be stopped, so it runs in a thread that is left behind when nobody waits any more.
constexpr int lookups_max = 64;
constexpr std::size_t addresses_max = 16;
std::atomic<int> lookups{0};

struct Lookup {
    std::mutex mutex;
    std::condition_variable_any changed;
    bool finished = false;
    int error = 0;
    std::vector<Address> addresses;
};

void look_up(std::string const& host, Lookup& lookup)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    auto const error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    std::vector<Address> found;
    for (auto const* entry = list; entry && found.size() < addresses_max; entry = entry->ai_next)
        if (auto const address = address_of(*entry->ai_addr);
            address && std::find(found.begin(), found.end(), *address) == found.end())
            found.push_back(*address);
    if (list) ::freeaddrinfo(list);
    std::scoped_lock const lock(lookup.mutex);
    lookup.error = error;
    lookup.addresses = std::move(found);
    lookup.finished = true;
    lookup.changed.notify_all();
}

} // namespace

std::vector<Address> system_resolver(std::string const& host, base::Milliseconds timeout, std::stop_token const& stop)
{
    if (lookups.fetch_add(1) >= lookups_max) {
        --lookups;
        fail(ErrorCode::Upstream, base::Next{"check the network's name server"}, "{}: {} name lookups wait already",
             host, lookups_max);
    }
    auto const lookup = std::make_shared<Lookup>();
    std::thread([host, lookup] {
        look_up(host, *lookup);
        --lookups;
    }).detach();
    std::unique_lock lock(lookup->mutex);
    lookup->changed.wait_for(lock, stop, timeout, [&] { return lookup->finished; });
    if (lookup->finished) {
        if (lookup->error == EAI_AGAIN)
            fail(ErrorCode::Upstream, base::Next{"check the network's name server"},
                 "{}: the name server does not answer", host);
        return lookup->addresses;
    }
    if (stop.stop_requested()) fail(ErrorCode::Cancelled, "stopped while looking up {}", host);
    fail(ErrorCode::Timeout, base::Next{"check the network's name server"}, "{}: no address after {} ms", host,
         timeout.count());
}

} // namespace net
