#pragma once
#include "net/http_server.h"
#include "store/database.h"

#include <functional>

namespace api {

inline constexpr std::size_t idempotency_key_bytes_max = 200;
inline constexpr std::size_t kept_answer_bytes_max = 256U << 10U;
inline constexpr base::Milliseconds answers_kept{24LL * 3600'000};
/// A request without an answer for so long died with its process; the next one with its key takes over.
inline constexpr base::Milliseconds answer_awaited{60'000};

/// A repeated POST with the same Idempotency-Key gets the answer of the first (draft-ietf-httpapi-idempotency-key).
/// Rows are durable: the promise holds over restarts and on many machines. Where a process dies between the act and
/// the kept answer, the handler runs again: jobs are found again by their own key, other rows by what is unique of
/// them.
class Idempotency {
public:
    struct Key {
        std::string owner_id;
        std::string key;
        bool keeps_answer = true; ///< false: a repetition is told that it was done, for the answer held a secret
    };
    Idempotency(store::Database& database, base::Clock const& clock) : database_(database), clock_(clock) {}
    /// Conflict while the first is under way, InvalidInput where the key was used for another request.
    net::ServerResponse once(Key const& key, net::ServerRequest const& request,
                             std::function<net::ServerResponse()> const& act);

private:
    std::optional<net::ServerResponse> begin(Key const& key, std::string const& fingerprint);
    void end(Key const& key, net::ServerResponse const& response);
    void forget(Key const& key);

    store::Database& database_;
    base::Clock const& clock_;
};

} // namespace api
