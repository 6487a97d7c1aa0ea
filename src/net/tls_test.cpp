#include "base/subprocess.h"
#include "net/http.h"
#include "support.h"

#include <future>
#include <thread>

using base::ErrorCode;
using namespace std::chrono_literals;

namespace {

base::SystemClock const the_clock;

/// `openssl s_server` with a certificate of its own for tls.example.com.
class TlsServer {
public:
    TlsServer()
    {
        auto const made =
            base::run({.arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                     "-nodes", "-days", "2", "-subj", "/CN=tls.example.com", "-addext",
                                     "subjectAltName=DNS:tls.example.com", "-keyout", key(), "-out", certificate()}});
        if (!made.ok()) base::fail(ErrorCode::Internal, "openssl: {}", made.errors);
        base::Command command{.arguments = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
                                            certificate(), "-key", key()}};
        auto listening = port_.get_future();
        command.on_line = [this, told = false](std::string_view line) mutable {
            auto const colon = line.rfind(':');
            if (told || !line.starts_with("ACCEPT") || colon == std::string_view::npos) return;
            told = true;
            port_.set_value(std::string(line.substr(colon + 1)));
        };
        thread_ = std::jthread([command](std::stop_token const& stop) { base::run(command, stop); });
        port_text_ = listening.get();
    }
    std::string url(std::string const& host) const { return "https://" + host + ":" + port_text_ + "/"; }
    std::string certificate() const { return folder_.path() / "certificate.pem"; }

private:
    std::string key() const { return folder_.path() / "key.pem"; }

    base::TemporaryFolder folder_;
    std::promise<std::string> port_;
    std::string port_text_;
    std::jthread thread_;
};

} // namespace

TEST(Tls, certificates_are_always_checked)
{
    TlsServer const server;
    base::Random random(1);
    net::ClientOptions options;
    options.resolver = [](std::string const&, base::Milliseconds, std::stop_token const&) {
        return std::vector{net::parse_address("127.0.0.1").value()};
    };
    net::HttpClient strict(options, the_clock, random);
    net::Request request{.url = server.url("tls.example.com"), .trust = net::Trust::Operator};
    request.attempts_max = 1;
    auto const error = test::error_of([&] { strict.send(request); });
    EXPECT_NE(std::string(error.what()).find("certificate is not trusted"), std::string::npos) << error.what();
    options.ca_file = server.certificate();
    net::HttpClient trusting(options, the_clock, random);
    EXPECT_EQ(trusting.send(request).status, 200);
    request.url = server.url("other.example.com");
    EXPECT_NE(std::string(test::error_of([&] { trusting.send(request); }).what()).find("certificate is not trusted"),
              std::string::npos);
}
