#pragma once
#include "base/clock.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace discovery {

/// What the templates of a request may speak of.
struct Question {
    std::string niche;
    base::Time since;
    std::int64_t limit = 50;
    std::int64_t offset = 0;
    std::int64_t page = 1;
    std::string key;
};

/// The names between braces, in order.
std::vector<std::string> tokens_of(std::string_view text);
/// query, query_words, query_lucene, since_iso, since_date, since_epoch, limit, offset, page, key.
bool is_token(std::string_view name);
std::string token_value(std::string_view name, Question const& question);
/// Replaces every {token}; a brace without its partner stays.
std::string fill(std::string_view text, std::function<std::string(std::string const& token)> const& value);

} // namespace discovery
