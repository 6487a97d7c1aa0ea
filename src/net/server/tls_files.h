#pragma once
#include "base/log.h"
#include "net/server/loop.h"
#include "net/server/transport.h"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace net::server {

/// A certificate chain and its key in two files that may be replaced while the server runs. For one thread.
class TlsFiles {
public:
    /// Reads them; InvalidInput says which of them is no good.
    TlsFiles(std::string certificate_file, std::string key_file, base::Log* log);
    /// For a new connection. Looks at the files first, at most once a second; where new ones can't be read, the old
    /// certificate stays in use and the log says so.
    Transport::Tls connection(SteadyTime now);

private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    using Context = std::unique_ptr<ssl_ctx_st, Free>;
    Context load() const;
    std::string state_of_files() const;

    std::string certificate_file_;
    std::string key_file_;
    base::Log* log_;
    Context context_;
    std::string state_;
    SteadyTime look_again_{};
};

} // namespace net::server
