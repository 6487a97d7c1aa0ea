#include "discovery/caller.h"

#include "base/hash.h"
#include "discovery/answer_cache.h"
#include "discovery/desk.h"
#include "discovery/judge.h"
#include "discovery/signer.h"

namespace discovery {

/// An answer, fresh or remembered.
struct Caller::Reply {
    net::Response response;
    std::string key; ///< where it belongs in the cache; "" = nowhere
    bool remembered = false;
};

Tokens Caller::tokens(Question const& question) const
{
    Tokens out(question, asking_.spec.since);
    for (auto const& [name, value] : asking_.settings) out.set("setting." + name, value);
    return out;
}

static std::string cache_key(SourceSpec const& spec, net::Request const& request)
{
    std::string text = spec.id + "\n" + request.method + " " + request.url + "\n" + request.body;
    for (auto const& [name, value] : request.headers) text += "\n" + name + ": " + value;
    return base::sha256(text);
}

Caller::Reply Caller::exchange(Step const& step, net::Request request, bool platform)
{
    auto& desk = *asking_.desk;
    Reply reply;
    std::optional<CachedAnswer> old;
    if (step.cache_seconds > 0) {
        reply.key = cache_key(asking_.spec, request);
        old = recall_answer(desk.store(), reply.key);
        if (old && !asking_.probe && old->expires_at > desk.clock().now()) {
            reply.response = as_response(*old, request.url);
            reply.remembered = true;
            return reply;
        }
    }
    if (old) ask_if_changed(request, *old);
    if (platform) desk.charge(step);
    std::optional<Gate::Pass> pass;
    if (platform) pass.emplace(desk.gate().enter(!asking_.own_endpoint, asking_.deadline, asking_.stop));
    request.total_timeout = std::min(request.total_timeout, asking_.left());
    reply.response = asking_.client.send(request, asking_.stop);
    if (auto const quota = quota_of(asking_.spec, reply.response)) quota_left_ = *quota;
    if (reply.response.status == 304 && old) reply.response = as_response(*old, request.url);
    return reply;
}

Answered Caller::read(Step const& step, net::Response const& response)
{
    Answered out;
    out.url = response.url;
    out.headers = response.headers;
    std::optional<SourceError> odd;
    try {
        if (!response.body.empty() || response.ok()) out.document = read_document(asking_.spec, step, response.body);
    } catch (SourceError const& error) {
        odd = error;
    }
    out.nothing = judge(asking_.spec, response, odd || response.body.empty() ? nullptr : &out.document,
                        asking_.desk->clock().now()) == Verdict::Empty;
    if (odd && !out.nothing) throw *odd;
    return out;
}

Answered Caller::ask(Step const& step, Tokens tokens, Target const& target, std::string const& url)
{
    auto& desk = *asking_.desk;
    for (auto again = false;; again = true) {
        if (target.platform) desk.sign_in().fill(asking_, tokens);
        auto request = build_request(asking_, &step, step.request, target, tokens);
        if (!url.empty()) request.url = url;
        if (!asking_.spec.auth.signer.empty() && target.platform)
            find_signer(asking_.spec.auth.signer)->sign(request, desk.sign_in().values(), desk.clock().now());
        try {
            auto const reply = exchange(step, std::move(request), target.platform);
            auto answered = read(step, reply.response);
            if (!reply.key.empty() && !reply.remembered)
                keep_answer(desk.store(), reply.key, reply.response,
                            desk.clock().now() + std::chrono::seconds(step.cache_seconds));
            return answered;
        } catch (SourceError const& error) {
            auto const renew = error.source == SourceCode::AuthExpired && !again && target.platform &&
                               desk.sign_in().renewable() && !asking_.late();
            if (!renew) throw;
            desk.sign_in().refused(tokens.value("access_token"));
        }
    }
}

} // namespace discovery
