#include "api/idempotency.h"

#include "base/hash.h"
#include "base/json.h"
#include "store/tables/idempotency.h"

namespace api {

using base::ErrorCode;
using base::fail;

static constexpr int pruned_at_once = 100;

/// An answer at rest.
struct KeptAnswer {
    std::string body;
    std::string content_type;
    std::map<std::string, std::string> headers;
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (body, content_type, headers))

/// Without the body where secrets go in and out: a plain hash of a password must not lie about.
static std::string fingerprint_of(net::ServerRequest const& request, bool with_body)
{
    base::Sha256 hash;
    hash.update(request.method + " " + request.path);
    for (auto const& [name, value] : request.query) hash.update("\n" + name + "=" + value);
    if (with_body) hash.update("\n\n" + request.body);
    return hash.hex();
}

std::optional<net::ServerResponse> Idempotency::begin(Key const& key, std::string const& fingerprint)
{
    return database_.transaction([&](store::Connection& connection) -> std::optional<net::ServerResponse> {
        auto const now = clock_.now();
        store::prune_idempotent(connection, now - answers_kept, pruned_at_once);
        store::IdempotencyKey row{key.owner_id, key.key, fingerprint, std::nullopt, "", now};
        auto const there = store::begin_idempotent(connection, row);
        if (!there) return std::nullopt;
        if (there->fingerprint != fingerprint)
            fail(ErrorCode::InvalidInput, base::Next{"use a new key for a new request"},
                 "Idempotency-Key: '{}' was used for another request", base::truncate_utf8(key.key, 60));
        if (!there->status) {
            if (now - there->created_at < answer_awaited)
                fail(ErrorCode::Conflict, base::Next{"ask again in a moment"},
                     "the first request with this Idempotency-Key is under way");
            store::end_idempotent(connection, row); // its process died: this one takes over
            return std::nullopt;
        }
        if (there->answer.empty())
            fail(ErrorCode::Conflict, base::Next{"use a new key to do it again"},
                 "this was done (status {}), and its answer was not kept", *there->status);
        auto kept = base::read_json<KeptAnswer>(there->answer, "a kept answer");
        net::ServerResponse response{
            .status = *there->status, .body = std::move(kept.body), .content_type = std::move(kept.content_type)};
        for (auto const& [name, value] : kept.headers) response.headers.emplace_back(name, value);
        response.headers.emplace_back("Idempotency-Replayed", "true");
        return response;
    });
}

void Idempotency::end(Key const& key, net::ServerResponse const& response)
{
    store::IdempotencyKey row{key.owner_id, key.key, "", response.status, "", clock_.now()};
    if (key.keeps_answer && response.body.size() <= kept_answer_bytes_max) {
        KeptAnswer kept{response.body, response.content_type, {}};
        for (auto const& [name, value] : response.headers) kept.headers[name] = value;
        row.answer = base::to_json(kept);
    }
    database_.transaction([&](store::Connection& connection) { store::end_idempotent(connection, row); });
}

void Idempotency::forget(Key const& key)
{
    database_.transaction(
        [&](store::Connection& connection) { store::forget_idempotent(connection, key.owner_id, key.key); });
}

net::ServerResponse Idempotency::once(Key const& key, net::ServerRequest const& request,
                                      std::function<net::ServerResponse()> const& act)
{
    if (key.key.size() > idempotency_key_bytes_max)
        fail(ErrorCode::InvalidInput, "Idempotency-Key: {} bytes are more than {}", key.key.size(),
             idempotency_key_bytes_max);
    if (auto kept = begin(key, fingerprint_of(request, key.keeps_answer))) return std::move(*kept);
    net::ServerResponse response;
    try {
        response = act();
    } catch (...) {
        forget(key); // nothing was done; the caller may mend the request and send it again under the same key
        throw;
    }
    end(key, response);
    return response;
}

} // namespace api
