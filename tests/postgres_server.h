#pragma once
// A private PostgreSQL for a test program: its own folder and Unix socket, ended with the program however that ends.
#include "base/error.h"
#include "base/file.h"
#include "base/subprocess.h"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <libpq-fe.h>
#include <memory>
#include <pwd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace test {

class PostgresServer {
public:
    /// Set before the first use where the server itself must survive the loss of power.
    inline static bool durable = false;
    /// Who may come over TCP, as in pg_hba.conf ("10.201.0.0/16"); "" for nobody.
    inline static std::string network;
    /// Makes something of the server's folder that stays for as long as the server: a small disk.
    inline static std::function<std::shared_ptr<void>(std::filesystem::path const&)> prepare_folder;
    /// The one server of this program.
    static PostgresServer& shared()
    {
        static PostgresServer server;
        return server;
    }
    PostgresServer()
    {
        namespace fs = std::filesystem;
        fs::permissions(folder_.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
        if (prepare_folder) prepared_ = prepare_folder(folder_.path());
        copy_template();
        if (!network.empty()) {
            std::ofstream access(folder_.path() / "data/pg_hba.conf", std::ios::app);
            access << "host all all " << network << " trust\n";
        }
        start();
    }
    PostgresServer(PostgresServer const&) = delete;
    PostgresServer& operator=(PostgresServer const&) = delete;
    ~PostgresServer() { stop(); }

    void start()
    {
        auto const program = binaries() + "/postgres";
        auto const log = (folder_.path() / "log").string();
        auto const data = (folder_.path() / "data").string();
        auto const user = account();
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644), 2);
            if (user && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(120);
            ::prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which clears it
            ::execl(program.c_str(), program.c_str(), "-D", data.c_str(), "-k", data.c_str(), "-c",
                    network.empty() ? "listen_addresses=" : "listen_addresses=*", "-c", "shared_buffers=32MB", "-c",
                    "max_connections=60", "-c", durable ? "fsync=on" : "fsync=off", nullptr);
            ::_exit(121);
        }
        auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (PQping(url("postgres").c_str()) != PQPING_OK) {
            if (::waitpid(pid_, nullptr, WNOHANG) == pid_ || std::chrono::steady_clock::now() > until)
                base::fail(base::ErrorCode::Unavailable, "the PostgreSQL of the tests does not start in {}", data);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    /// Where it gave up by itself, as with a full disk, it is started again.
    void start_if_ended()
    {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) start();
    }
    /// As after a power cut of the server: no shutdown checkpoint, connections are cut.
    void stop()
    {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGQUIT);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    /// A new, empty database.
    std::string create_database(std::string const& options = "")
    {
        auto const name = "test" + std::to_string(++databases_);
        std::unique_ptr<PGconn, decltype(&PQfinish)> const connection(PQconnectdb(url("postgres").c_str()), &PQfinish);
        auto const sql = "CREATE DATABASE " + name + " " + options;
        std::unique_ptr<PGresult, decltype(&PQclear)> const result(PQexec(connection.get(), sql.c_str()), &PQclear);
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            base::fail(base::ErrorCode::Internal, "{}: {}", sql, PQerrorMessage(connection.get()));
        return url(name);
    }

private:
    std::string url(std::string const& database) const
    {
        return "postgresql:///" + database + "?user=ettametta&host=" + (folder_.path() / "data").string();
    }
    static std::string binaries()
    {
        for (auto const* folder :
             {"/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"})
            if (std::filesystem::exists(std::string(folder) + "/initdb")) return folder;
        base::fail(base::ErrorCode::Unavailable, base::Next{"install the package postgresql-15"},
                   "the tests need PostgreSQL's server programs in /usr/lib/postgresql");
    }
    /// PostgreSQL refuses to run as root.
    static passwd const* account()
    {
        if (::geteuid() != 0) return nullptr;
        auto const* const user = ::getpwnam("postgres");
        return user ? user : ::getpwnam("nobody");
    }
    static void run(std::vector<std::string> const& arguments)
    {
        base::Command command{.arguments = arguments};
        command.working_folder = "/";
        auto const result = base::run(command);
        if (!result.ok())
            base::fail(base::ErrorCode::Internal, "{} {}: {}", arguments[0], result.describe(command), result.errors);
    }
    /// initdb takes most of a second and every test has its own process, so it is done once a build folder.
    void copy_template()
    {
        namespace fs = std::filesystem;
        auto const ready = fs::path(BINARY_DIR) / "postgres-template";
        base::Fd const lock(::open((ready.string() + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644));
        ::flock(lock.get(), LOCK_EX);
        if (!fs::exists(ready)) {
            base::TemporaryFolder const work("ettametta-initdb");
            fs::permissions(work.path(), fs::perms::all);
            std::vector<std::string> command;
            if (auto const* const user = account()) command = {"runuser", "-u", user->pw_name, "--"};
            for (auto const& word :
                 {binaries() + "/initdb", std::string("-D"), (work.path() / "data").string(),
                  std::string("--auth=trust"), std::string("--username=ettametta"), std::string("--encoding=UTF8"),
                  std::string("--locale=C"), std::string("--no-sync")})
                command.push_back(word);
            run(command);
            auto const part = ready.string() + ".part";
            fs::remove_all(part);
            run({"cp", "-a", (work.path() / "data").string(), part});
            fs::rename(part, ready);
        }
        run({"cp", "-a", ready.string(), (folder_.path() / "data").string()});
    }

    base::TemporaryFolder folder_{"ettametta-pg"};
    std::shared_ptr<void> prepared_;
    pid_t pid_ = -1;
    int databases_ = 0;
};

} // namespace test
