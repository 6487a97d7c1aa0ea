#pragma once
#include "discovery/credentials.h"
#include "discovery/desk.h"
#include "discovery/scan.h"
#include "discovery/source.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <thread>

namespace discovery {

/// What one source answered.
struct SourceAnswer {
    SourceReport report;
    std::vector<Candidate> candidates;
};

/// Asks many sources at once, each on a thread of its own and no longer than its deadline: one that hangs beyond it is
/// reported and left behind. Thread-safe.
class Asker {
public:
    struct Parts {
        std::vector<SourceSpec> const& specs;
        Options const& options;
        net::HttpClient& client;
        base::Clock const& clock;
        Credentials& credentials;
        SourceStore& store;
    };
    explicit Asker(Parts const& parts);
    ~Asker();
    Asker(Asker const&) = delete;
    Asker& operator=(Asker const&) = delete;

    using OnAnswer = std::function<void(SourceAnswer& answer)>;
    /// Calls back on this thread with every answer as it comes. `probe` = a person wants to know whether it works.
    void ask(std::vector<SourceSpec const*> const& specs, ScanRequest const& request, bool probe,
             OnAnswer const& on_answer, std::stop_token const& stop);
    /// What is there and what is missing, without asking.
    SourceInfo info(SourceSpec const& spec) const;
    Desk& desk(SourceSpec const& spec) const;
    /// Adds what is remembered of a source; nothing where the store cannot be read.
    void recall(SourceCheck& check);

private:
    struct Round;
    struct Worker {
        std::shared_ptr<std::atomic<bool>> done;
        std::jthread thread;
    };
    std::string endpoint_of(SourceSpec const& spec) const;
    Asking asking(SourceSpec const& spec, ScanRequest const& request, bool probe) const;
    SourceAnswer answer(SourceSpec const& spec, ScanRequest const& request, bool probe, std::stop_token const& stop,
                        bool& admitted);
    bool start(SourceSpec const& spec, ScanRequest const& request, bool probe, std::shared_ptr<Round> const& round,
               std::size_t index, std::stop_source const& stop);
    void await(Round& round, std::vector<SourceSpec const*> const& specs, OnAnswer const& on_answer);
    base::Milliseconds deadline_of(SourceSpec const& spec) const;
    void reap();

    Parts parts_;
    std::map<std::string, std::unique_ptr<Desk>> desks_;
    std::mutex mutex_;
    std::vector<Worker> workers_; // last: joined before what they use goes
};

} // namespace discovery
