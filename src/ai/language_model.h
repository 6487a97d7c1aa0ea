#pragma once
#include "base/json.h"

#include <functional>
#include <stop_token>

namespace ai {

/// What a model is asked. The answer is one JSON document of the schema; whoever asks checks it again.
struct Question {
    std::string system;
    std::string user;
    std::string schema_name; ///< letters, digits and _
    std::string schema;      ///< JSON Schema; every property required, no others, so that it can be held to strictly
    int answer_tokens_max = 2'000;
    /// Raises an Error where an answer is not what was asked for; it is then not kept, and asked for again.
    std::function<void(base::json::value const&)> check = {};
};

struct Answer {
    base::json::value value;
    std::string model; ///< "groq/openai/gpt-oss-120b"
    std::int64_t tokens = 0;
    bool from_cache = false;
};

/// A language model, whoever serves it.
class LanguageModel {
public:
    virtual ~LanguageModel() = default;
    /// Unavailable where no model is configured or none can be reached, saying why of each; RateLimited where the
    /// budget of the day is used up; InvalidInput where the question is too large for it.
    virtual Answer ask(Question const& question, std::stop_token const& stop) = 0;
    /// Who would answer, by the providers' own lists: "groq/MODEL". Unavailable says why nobody would.
    virtual std::string who(std::stop_token const& stop) = 0;
};

} // namespace ai
