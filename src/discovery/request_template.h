#pragma once
#include "base/clock.h"
#include "discovery/spec.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace discovery {

/// What a source is asked.
struct Question {
    std::string niche;
    base::Time since;
    std::int64_t limit = 50;
    base::Time now{}; ///< when it is asked
    std::string language = "en";
    std::string region = "US";
};

/// The names between braces, in order.
std::vector<std::string> tokens_of(std::string_view text);
/// Replaces every {token}; a brace without its partner stays.
std::string fill(std::string_view text, std::function<std::string(std::string const& token)> const& value);

/// True for a token that every request knows: query, since_iso, limit ... (docs/sources.md)
bool is_common_token(std::string_view name);

/// What the tokens of a request stand for.
class Tokens {
public:
    Tokens(Question const& question, Since const& rules) : question_(question), rules_(rules) {}
    void set(std::string name, std::string value) { own_[std::move(name)] = std::move(value); }
    /// "" for what is not known.
    std::string value(std::string_view name) const;
    /// The text, or nothing where it holds tokens and they leave it empty.
    std::optional<std::string> text(std::string_view pattern) const;
    /// A path: what the tokens give is encoded.
    std::string path(std::string_view pattern) const;
    /// Strings filled in; members without a value are left out.
    base::json::value json(base::json::value const& pattern) const;

private:
    std::string time_value(std::string_view name) const;
    Question const& question_;
    Since const& rules_;
    std::map<std::string, std::string, std::less<>> own_;
};

/// How far back the platform is really asked: no further than its window.
base::Time asked_since(Question const& question, Since const& rules);

} // namespace discovery
