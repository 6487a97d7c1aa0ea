// Our own TLS, asked by our own client and by curl's checks.
#include "base/subprocess.h"
#include "net/http_server.h"
#include "net/websocket.h"
#include "raw_server.h"
#include "support.h"

#include <fcntl.h>

using base::ErrorCode;
using net::ServerRequest;
using net::ServerResponse;

namespace {

base::SystemClock const the_clock;

class Certificates {
public:
    /// A new certificate for that name, in place of the old one.
    void make(std::string const& name) const
    {
        auto const made =
            base::run({.arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                     "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                                     "subjectAltName=DNS:" + name, "-keyout", key(), "-out", certificate()}});
        if (!made.ok()) base::fail(ErrorCode::Internal, "openssl: {}", made.errors);
    }
    std::string certificate() const { return folder_.path() / "certificate.pem"; }
    std::string key() const { return folder_.path() / "key.pem"; }

private:
    base::TemporaryFolder folder_;
};

net::Outcome ask(net::HttpServer const& server, std::string const& name, std::string const& trusted,
                 net::Request request = {})
{
    base::Random random(1);
    net::ClientOptions options;
    options.ca_file = trusted;
    options.resolver = [](std::string const&, base::Milliseconds, std::stop_token const&) {
        return std::vector{net::parse_address("127.0.0.1").value()};
    };
    net::HttpClient client(options, the_clock, random);
    request.url = "https://" + name + ":" + std::to_string(server.port()) + "/";
    request.trust = net::Trust::Operator;
    request.attempts_max = 1;
    return client.send_all({request})[0];
}

} // namespace

class ServerTls : public testing::Test {
protected:
    Certificates files;
    base::TemporaryFolder folder;
    void SetUp() override { files.make("one.example.com"); }
    net::ServerOptions options() const
    {
        return {.network_threads = 2, .certificate_file = files.certificate(), .key_file = files.key()};
    }
};

TEST_F(ServerTls, requests_bodies_and_files_go_through_it)
{
    std::string const content(3'000'000, 'f');
    base::write_file_atomic(folder.path() / "file", content);
    net::HttpServer const server(options(), [&](ServerRequest const& request, std::stop_token const&) {
        ServerResponse response;
        EXPECT_TRUE(request.secure);
        response.body = request.body;
        if (request.method == "GET")
            response.file = net::FileBody{
                std::make_shared<base::Fd>(::open((folder.path() / "file").c_str(), O_RDONLY | O_CLOEXEC)), 0,
                content.size()};
        return response;
    });
    EXPECT_TRUE(server.url().starts_with("https://"));
    auto const file = ask(server, "one.example.com", files.certificate());
    ASSERT_TRUE(file.response) << file.error->what();
    EXPECT_EQ(file.response->body.size(), content.size());
    EXPECT_EQ(file.response->body == content, true);
    net::Request post;
    post.method = "POST";
    post.body = std::string(900'000, 'b');
    auto const echo = ask(server, "one.example.com", files.certificate(), post);
    ASSERT_TRUE(echo.response) << echo.error->what();
    EXPECT_EQ(echo.response->body == post.body, true);
}

TEST_F(ServerTls, new_certificates_are_taken_up_and_broken_ones_are_not)
{
    net::HttpServer const server(options(),
                                 [](ServerRequest const&, std::stop_token const&) { return ServerResponse(); });
    EXPECT_TRUE(ask(server, "one.example.com", files.certificate()).response);
    base::write_file_atomic(folder.path() / "old.pem", base::read_file(files.certificate(), 1U << 20U));
    base::write_file_atomic(files.key(), "half a k");
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(1100); // it looks once a second
    while (std::chrono::steady_clock::now() < deadline)
        ASSERT_TRUE(ask(server, "one.example.com", folder.path() / "old.pem").response) << "the old one stays in use";
    files.make("two.example.com");
    while (!ask(server, "two.example.com", files.certificate()).response) std::this_thread::yield();
}

TEST_F(ServerTls, clear_text_and_noise_get_no_answer)
{
    net::HttpServer const server(options(), [](ServerRequest const&, std::stop_token const&) {
        ADD_FAILURE() << "no request came over TLS";
        return ServerResponse();
    });
    EXPECT_EQ(test::RawClient(server.port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").find("200"), std::string::npos);
    EXPECT_EQ(test::RawClient(server.port()).ask("\x16\x03\x01\x02").find("HTTP"), std::string::npos);
}

TEST_F(ServerTls, files_that_do_not_fit_are_named_at_the_start)
{
    auto missing = options();
    missing.key_file = folder.path() / "nowhere.pem";
    auto const error = test::error_of([&] { net::HttpServer(missing, {}); });
    EXPECT_EQ(error.code, ErrorCode::InvalidInput);
    EXPECT_NE(std::string(error.what()).find("nowhere.pem"), std::string::npos) << error.what();
    Certificates others;
    others.make("two.example.com");
    auto mixed = options();
    mixed.key_file = others.key();
    EXPECT_EQ(test::error_of([&] { net::HttpServer(mixed, {}); }).code, ErrorCode::InvalidInput);
}
