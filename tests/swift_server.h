#pragma once
// OpenStack Swift with its S3 interface on loopback: a real service that verifies every signature and every hash.
#include "base/subprocess.h"
#include "child_server.h"

#include <fmt/format.h>
#include <memory>
#include <sys/stat.h>

namespace test {

class SwiftServer {
public:
    static constexpr char const* access_key = "test:tester";
    static constexpr char const* secret_key = "testing";
    static constexpr char const* region = "us-east-1";

    SwiftServer() : ports_{free_port(), free_port(), free_port(), free_port()}
    {
        std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
        base::make_folder(folder_.path() / "devices/sdb1");
        write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n"
                            "[storage-policy:0]\nname = one\ndefault = yes\n");
        static constexpr char const* const kinds[] = {"account", "container", "object"};
        for (std::size_t i = 0; i < 3; ++i) {
            ring(kinds[i], ports_[i]);
            write(std::string(kinds[i]) + ".conf", fmt::format("[DEFAULT]\n{}[pipeline:main]\npipeline = {}-server\n"
                                                               "[app:{}-server]\nuse = egg:swift#{}\n",
                                                               defaults(ports_[i]), kinds[i], kinds[i], kinds[i]));
        }
        write("proxy.conf", proxy());
        for (std::size_t i = 0; i < 3; ++i) servers_.push_back(server(kinds[i], ports_[i]));
        servers_.push_back(server("proxy", ports_[3]));
        for (auto const& one : servers_) one->launch(); // all at once: each takes seconds
        for (auto const port : ports_) await(port);
    }
    std::string url() const { return fmt::format("http://127.0.0.1:{}", ports_[3]); }

private:
    void write(std::string const& name, std::string const& text) const
    {
        base::write_file_atomic(folder_.path() / name, text);
    }
    std::string defaults(int port) const
    {
        return fmt::format("bind_ip = 127.0.0.1\nbind_port = {}\nuser = {}\nswift_dir = {}\ndevices = {}/devices\n"
                           "mount_check = false\nworkers = 0\nfallocate_reserve = 0\nlog_address = {}/log-socket\n",
                           port, ::geteuid() == 0 ? "root" : ::getenv("USER"), folder_.path().string(),
                           folder_.path().string(), folder_.path().string());
    }
    std::string proxy() const
    {
        std::string text = "[DEFAULT]\n" + defaults(ports_[3]);
        text += "[pipeline:main]\npipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth slo dlo "
                "copy versioned_writes proxy-server\n"
                "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
                "allow_account_management = true\n"
                "[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_tester = testing .admin\n"
                "[filter:s3api]\nuse = egg:swift#s3api\nlocation = us-east-1\n";
        static constexpr char const* const plain[] = {"catch_errors", "gatekeeper", "cache", "listing_formats", "bulk",
                                                      "slo",          "dlo",        "copy",  "versioned_writes"};
        for (auto const* name : plain) {
            std::string const egg = std::string(name) == "cache" ? "memcache" : name;
            text += fmt::format("[filter:{}]\nuse = egg:swift#{}\n", name, egg);
        }
        return text;
    }
    void ring(std::string const& kind, int port) const
    {
        auto const file = (folder_.path() / (kind + ".builder")).string();
        run({"/usr/bin/swift-ring-builder", file, "create", "4", "1", "1"});
        run({"/usr/bin/swift-ring-builder", file, "add", fmt::format("r1z1-127.0.0.1:{}/sdb1", port), "1"});
        run({"/usr/bin/swift-ring-builder", file, "rebalance"});
    }
    static void run(std::vector<std::string> const& arguments)
    {
        base::Command const command{.arguments = arguments};
        auto const result = base::run(command);
        if (result.exit_code > 1 || result.exit_code < 0) // 1 is a warning: one replica is little
            base::fail(base::ErrorCode::Unavailable, "{}: {}{}", arguments[2], result.output, result.errors);
    }
    std::unique_ptr<ChildServer> server(std::string const& kind, int port) const
    {
        return std::make_unique<ChildServer>(std::vector<std::string>{"/usr/bin/swift-" + kind + "-server",
                                                                      (folder_.path() / (kind + ".conf")).string()},
                                             folder_.path() / (kind + ".log"), port);
    }
    void await(int port) const
    {
        auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!listens(port)) {
            if (std::chrono::steady_clock::now() > until)
                base::fail(base::ErrorCode::Unavailable, base::Next{"install swift-proxy and its three backends"},
                           "Swift does not start: {}", base::read_file(folder_.path() / "proxy.log", 1U << 20U));
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

    base::TemporaryFolder folder_{"ettametta-swift"};
    std::vector<int> ports_;
    std::vector<std::unique_ptr<ChildServer>> servers_;
};

} // namespace test
