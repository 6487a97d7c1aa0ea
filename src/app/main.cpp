#include "app/app.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace {

int exit_code_of(base::ErrorCode code)
{
    switch (code) {
    case base::ErrorCode::InvalidInput:
    case base::ErrorCode::NotFound: return app::exit_code::invalid;
    case base::ErrorCode::Unavailable: return app::exit_code::not_configured;
    case base::ErrorCode::Cancelled: return app::exit_code::interrupted;
    default: return app::exit_code::failed;
    }
}

/// `error: <code>: <what> (<what to do next>)`, or the same as an object.
int report(base::Error const& error, bool json)
{
    auto const code = std::string(base::name(error.code));
    if (json) {
        base::json::object body{{"code", code}, {"message", error.what()}};
        body["next_action"] =
            error.next_action.empty() ? base::json::value(nullptr) : base::json::value(error.next_action);
        fmt::print(stderr, "{}\n", base::json::serialize(base::json::object{{"error", body}}));
    } else {
        fmt::print(stderr, "error: {}: {}{}\n", code, error.what(),
                   error.next_action.empty() ? "" : " (" + error.next_action + ")");
    }
    return exit_code_of(error.code);
}

/// Turns SIGINT and SIGTERM into a stop request; the second one ends the program on the spot.
class Signals {
public:
    Signals()
    {
        ::sigemptyset(&set_);
        for (auto const signal : {SIGINT, SIGTERM, SIGUSR1}) ::sigaddset(&set_, signal);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
        thread_ = std::thread([this] { listen(); });
    }
    ~Signals()
    {
        ended_ = true;
        ::pthread_kill(thread_.native_handle(), SIGUSR1); // ours alone: wakes sigwait
        thread_.join();
    }
    std::stop_token token() const { return stop_.get_token(); }

private:
    void listen()
    {
        for (;;) {
            int signal = 0;
            ::sigwait(&set_, &signal);
            if (ended_) return;
            if (signal == SIGUSR1) continue;
            if (stop_.stop_requested()) ::_exit(app::exit_code::interrupted);
            stop_.request_stop();
        }
    }

    sigset_t set_{};
    std::stop_source stop_;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

int run(int count, char const* const* words)
{
    auto parsed = app::parse(count, words);
    if (!parsed.command) {
        std::fwrite(parsed.text.data(), 1, parsed.text.size(), stdout);
        return app::exit_code::done;
    }
    if (parsed.command->prepare) parsed.command->prepare(parsed.arguments);
    Signals const signals;
    app::App context(parsed.arguments, signals.token());
    return parsed.command->run(context, parsed.arguments);
}

} // namespace

int main(int count, char** words)
{
    auto const json =
        std::any_of(words, words + count, [](char const* word) { return std::string_view(word) == "--json"; });
    // For the media program: the text reader's OpenMP threads would fight the decoder's for the processor.
    ::setenv("OMP_THREAD_LIMIT", "1", 0);
    try {
        return run(count, words);
    } catch (base::Error const& error) {
        return report(error, json);
    } catch (std::bad_alloc const&) {
        return report(base::Error(base::ErrorCode::Internal, "out of memory"), json);
    } catch (std::filesystem::filesystem_error const& error) {
        return report(base::Error(base::ErrorCode::Storage, error.what(), "check the folder and the rights to it"),
                      json);
    } catch (std::exception const& error) {
        return report(base::Error(base::ErrorCode::Internal, error.what()), json);
    }
}
