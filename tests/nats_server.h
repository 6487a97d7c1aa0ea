#pragma once
// A private nats-server for a test, alone or as one of a cluster.
#include "base/subprocess.h"
#include "child_server.h"

#include <fmt/format.h>

namespace test {

class NatsServer {
public:
    /// `settings` are lines of its configuration file: authorization, tls, cluster.
    explicit NatsServer(std::string const& settings = "", std::string const& name = "one", int port = free_port(),
                        std::string const& address = "127.0.0.1")
        : server_({"nats-server", "-c", (folder_.path() / "nats.conf").string()}, folder_.path() / "log", port)
    {
        auto const text = fmt::format("listen: \"{}:{}\"\nserver_name: {}\n{}\n", address, port, name, settings);
        base::write_file_atomic(folder_.path() / "nats.conf", text);
        server_.start();
    }
    std::string url(std::string const& scheme = "nats://", std::string const& user = "") const
    {
        return fmt::format("{}{}127.0.0.1:{}", scheme, user, server_.port());
    }
    int port() const { return server_.port(); }
    void kill() { server_.kill(); }
    void start() { server_.start(); }
    /// Frozen, not dead: connections stay open and nothing answers.
    void freeze() const { server_.signal(SIGSTOP); }
    void thaw() const { server_.signal(SIGCONT); }
    std::string log() const { return base::read_file(folder_.path() / "log", 16U << 20U); }

private:
    base::TemporaryFolder folder_{"ettametta-nats"};
    ChildServer server_;
};

/// Three servers that know each other.
class NatsCluster {
public:
    NatsCluster()
    {
        std::vector<int> routes{free_port(), free_port(), free_port()};
        std::string names;
        for (auto const port : routes) names += fmt::format("\"nats://127.0.0.1:{}\", ", port);
        for (std::size_t i = 0; i < routes.size(); ++i)
            nodes.push_back(std::make_unique<NatsServer>(
                fmt::format("cluster {{ name: c\n listen: \"127.0.0.1:{}\"\n routes: [{}] }}", routes[i], names),
                fmt::format("node{}", i)));
    }
    std::string urls() const
    {
        std::string text;
        for (auto const& node : nodes) text += (text.empty() ? "" : ",") + node->url();
        return text;
    }
    std::vector<std::unique_ptr<NatsServer>> nodes;
};

/// A certificate for 127.0.0.1 and `name` that signs itself.
struct Certificate {
    explicit Certificate(std::filesystem::path const& folder, std::string const& names = "IP:127.0.0.1")
        : file((folder / "certificate.pem").string()), key((folder / "key.pem").string())
    {
        auto const made =
            base::run({.arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                     "-nodes", "-days", "2", "-subj", "/CN=bus", "-addext", "subjectAltName=" + names,
                                     "-keyout", key, "-out", file}});
        if (!made.ok()) base::fail(base::ErrorCode::Internal, "openssl: {}", made.errors);
    }
    std::string file;
    std::string key;
};

} // namespace test
