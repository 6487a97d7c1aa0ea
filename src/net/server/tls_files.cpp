#include "net/server/tls_files.h"

#include "base/error.h"

#include <array>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

namespace net::server {

static constexpr std::chrono::seconds look_interval{1};

void TlsFiles::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsFiles::TlsFiles(std::string certificate_file, std::string key_file, base::Log* log)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)), log_(log)
{
    state_ = state_of_files();
    context_ = load();
}

std::string TlsFiles::state_of_files() const
{
    std::string text;
    for (auto const& file : {certificate_file_, key_file_}) {
        struct stat facts {};
        if (::stat(file.c_str(), &facts) == 0)
            text +=
                fmt::format("{}:{}:{}.{} ", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
    }
    return text;
}

[[noreturn]] static void fail_file(std::string_view what, std::string const& file)
{
    std::array<char, 200> text{};
    ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
    ERR_clear_error();
    base::fail(base::ErrorCode::InvalidInput, base::Next{"give PEM files: the chain, and its key without a password"},
               "{}: '{}' cannot be used: {}", what, file, text.data());
}

/// Only HTTP/1.1 is spoken; a client that offers nothing else is refused during the handshake.
static int choose_protocol(SSL*, unsigned char const** out, unsigned char* out_bytes, unsigned char const* in,
                           unsigned in_bytes, void*)
{
    static constexpr std::array<unsigned char, 9> ours{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_bytes, ours.data(), ours.size(), in, in_bytes) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/// A key with a password must not make the server ask at a terminal.
static int no_password(char*, int, int, void*) { return 0; }

TlsFiles::Context TlsFiles::load() const
{
    Context context(SSL_CTX_new(TLS_server_method()));
    if (!context) base::fail(base::ErrorCode::Internal, "OpenSSL has no TLS");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Idle connections give their buffers back: 10,000 of them must fit.
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context.get(), no_password);
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file_.c_str()) != 1)
        fail_file("certificate", certificate_file_);
    if (SSL_CTX_use_PrivateKey_file(context.get(), key_file_.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1)
        fail_file("key", key_file_);
    return context;
}

Transport::Tls TlsFiles::connection(SteadyTime now)
{
    if (now >= look_again_) {
        look_again_ = now + look_interval;
        auto const state = state_of_files();
        if (state != state_) {
            try {
                context_ = load(); // connections that stand keep the old one alive
                state_ = state;
                if (log_) log_->info("tls.reloaded", {{"certificate", certificate_file_}});
            } catch (base::Error const& error) { // half-written files: asked again in a second
                if (log_) log_->warning("tls.reload_failed", {{"error", std::string(error.what())}});
            }
        }
    }
    Transport::Tls tls(SSL_new(context_.get()));
    if (tls) SSL_set_accept_state(tls.get());
    return tls;
}

} // namespace net::server
