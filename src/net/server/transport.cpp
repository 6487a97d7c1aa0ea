#include "net/server/transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace net::server {

static constexpr std::size_t file_bytes_at_once = 512U << 10U; // then another connection has its turn
static constexpr std::size_t pieces_max = 32;

void Transport::FreeTls::operator()(ssl_st* tls) const { SSL_free(tls); }

Transport::Transport(base::Fd socket, Tls tls) : socket_(std::move(socket)), tls_(std::move(tls))
{
    if (tls_) SSL_set_fd(tls_.get(), socket_.get());
}

Transport::~Transport() = default;

static IoResult result_of(ssize_t returned)
{
    if (returned > 0) return {Io::Moved, static_cast<std::size_t>(returned)};
    if (returned < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return {Io::Again, 0};
    return {Io::Ended, 0};
}

IoResult Transport::tls_result(int returned)
{
    if (returned > 0) return {Io::Moved, static_cast<std::size_t>(returned)};
    auto const error = SSL_get_error(tls_.get(), returned);
    ERR_clear_error(); // the queue belongs to the thread, not to the connection
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return {Io::Again, 0};
    if (error != SSL_ERROR_ZERO_RETURN) writing_ended_ = true; // nothing may be said after a fatal error
    return {Io::Ended, 0};
}

IoResult Transport::read(char* room, std::size_t bytes)
{
    if (tls_) return tls_result(SSL_read(tls_.get(), room, static_cast<int>(std::min<std::size_t>(bytes, 1U << 30U))));
    return result_of(::recv(socket_.get(), room, bytes, 0));
}

IoResult Transport::tls_write(std::string_view bytes)
{
    if (writing_ended_) return {Io::Ended, 0};
    return tls_result(
        SSL_write(tls_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 30U))));
}

IoResult Transport::write(std::span<std::string_view const> pieces)
{
    if (tls_) {
        std::size_t total = 0;
        for (auto const piece : pieces) {
            for (std::size_t at = 0; at < piece.size();) {
                auto const result = tls_write(piece.substr(at));
                if (result.state != Io::Moved) return total > 0 ? IoResult{Io::Moved, total} : result;
                at += result.bytes;
                total += result.bytes;
            }
        }
        return {Io::Moved, total};
    }
    std::array<iovec, pieces_max> parts{};
    auto const count = std::min(pieces.size(), pieces_max);
    for (std::size_t i = 0; i < count; ++i)
        parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()}; // iovec serves reading too
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    return result_of(::sendmsg(socket_.get(), &message, MSG_NOSIGNAL));
}

IoResult Transport::send_file(int file, std::uint64_t offset, std::uint64_t count)
{
    auto const wanted = std::min<std::uint64_t>(count, file_bytes_at_once);
    auto at = static_cast<off_t>(offset);
    if (!tls_) return result_of(::sendfile(socket_.get(), file, &at, wanted));
    std::array<char, 16U << 10U> bytes; // a record
    auto const read = ::pread(file, bytes.data(), std::min<std::uint64_t>(wanted, bytes.size()), at);
    if (read <= 0) return {Io::Ended, 0};
    return tls_write({bytes.data(), static_cast<std::size_t>(read)});
}

void Transport::end_writing()
{
    if (tls_ && !writing_ended_ && SSL_is_init_finished(tls_.get())) {
        SSL_shutdown(tls_.get());
        ERR_clear_error();
    }
    writing_ended_ = true;
    ::shutdown(socket_.get(), SHUT_WR);
}

void Transport::abandon()
{
    linger const at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

void Transport::close()
{
    tls_.reset();
    socket_.reset();
}

} // namespace net::server
