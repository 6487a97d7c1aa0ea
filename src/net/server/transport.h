#pragma once
#include "base/file.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;

namespace net::server {

enum class Io {
    Moved, ///< some bytes
    Again, ///< none now
    Ended, ///< the other side sends no more (reading) or is gone
};

struct IoResult {
    Io state = Io::Again;
    std::size_t bytes = 0;
};

/// A socket that never blocks, in clear or under TLS. The handshake happens inside the first reads.
class Transport {
public:
    struct FreeTls {
        void operator()(ssl_st* tls) const;
    };
    using Tls = std::unique_ptr<ssl_st, FreeTls>;

    /// Takes over the socket; `tls` may be null.
    Transport(base::Fd socket, Tls tls);
    Transport(Transport&&) = default;
    ~Transport();
    IoResult read(char* room, std::size_t bytes);
    /// One after the other, as far as they go.
    IoResult write(std::span<std::string_view const> pieces);
    IoResult send_file(int file, std::uint64_t offset, std::uint64_t count);
    /// No more will be written.
    void end_writing();
    void close();
    /// Closes, and forgets what the peer did not take: the system would keep it for minutes.
    void abandon();
    bool open() const { return static_cast<bool>(socket_); }
    bool secure() const { return static_cast<bool>(tls_); }
    int fd() const { return socket_.get(); }

private:
    IoResult tls_result(int returned);
    IoResult tls_write(std::string_view bytes);

    base::Fd socket_;
    Tls tls_;
    bool writing_ended_ = false;
};

} // namespace net::server
