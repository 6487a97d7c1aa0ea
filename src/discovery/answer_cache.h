#pragma once
#include "discovery/source_store.h"
#include "net/http.h"

namespace discovery {

/// What is kept under the key. A store that cannot be read or written to costs the memory and no answer.
std::optional<CachedAnswer> recall_answer(SourceStore& store, std::string const& key);
void keep_answer(SourceStore& store, std::string const& key, net::Response const& response, base::Time good_until);
/// Asks for the answer only if it is another one than ours.
void ask_if_changed(net::Request& request, CachedAnswer const& ours);
/// The kept answer as if it had come just now.
net::Response as_response(CachedAnswer const& answer, std::string const& url);
/// How long the server itself calls it good; at most `longest`.
base::Milliseconds max_age(net::Response const& response, base::Milliseconds longest);

} // namespace discovery
