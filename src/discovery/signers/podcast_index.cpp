#include "discovery/signer.h"

#include <boost/uuid/detail/sha1.hpp>
#include <fmt/format.h>

namespace discovery::signers {

static std::string sha1(std::string_view text)
{
    boost::uuids::detail::sha1 hash;
    hash.process_bytes(text.data(), text.size());
    boost::uuids::detail::sha1::digest_type digest;
    hash.get_digest(digest);
    std::string out;
    for (auto const word : digest) out += fmt::format("{:08x}", word);
    return out;
}

/// Key, moment and SHA-1 of key, secret and moment; the moment may be three minutes off.
static void sign(net::Request& request, std::map<std::string, std::string> const& credentials, base::Time now)
{
    auto const find = [&](char const* name) {
        auto const it = credentials.find(name);
        return it == credentials.end() ? std::string() : it->second;
    };
    auto const date = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    request.headers.emplace_back("X-Auth-Key", find("key"));
    request.headers.emplace_back("X-Auth-Date", date);
    request.headers.emplace_back("Authorization", sha1(find("key") + find("secret") + date));
}

Signer podcast_index()
{
    return {"podcast_index",
            "X-Auth-Key, X-Auth-Date and the SHA-1 of key, secret and date, as Podcast Index wants them", sign};
}

} // namespace discovery::signers
