#pragma once
#include "ai/language_model.h"
#include "discovery/candidate.h"

#include <span>

namespace discovery {

/// What the best candidates of a ranking are asked for.
struct RefineOptions {
    std::size_t items_max = 20; ///< the best so many are shown to the model
    std::size_t items_a_question = 10;
};

/// What became of it.
struct Refined {
    std::size_t items = 0;             ///< that have an opinion now
    std::string model;                 ///< who gave it: "groq/MODEL"; "" for nobody
    std::optional<std::string> reason; ///< why some or all have none
    std::optional<std::string> next_action;
};

/// Asks a language model what it thinks of the first candidates of the list and writes that into `refinement`.
/// Titles and descriptions are other people's words: they are cleaned, cut, and shown inside a marked block of JSON
/// that they cannot close; the model sees handles of ours instead of ids; its answer must name exactly these handles,
/// stay in its ranges and choose risks from a list, or it is thrown away. Opinions are opinions: nothing else is taken
/// from it. Never fails, except by Cancelled: without a model the candidates stay as they are, and `reason` says why.
Refined refine(std::span<Candidate> candidates, std::string_view niche, ai::LanguageModel& model,
               RefineOptions const& options, std::stop_token const& stop);

/// The question for these candidates, for tests: what would be sent.
ai::Question refine_question(std::span<Candidate const> candidates, std::string_view niche);
/// Writes what the answer says into the candidates; Upstream where it is not what was asked for, and then nothing is
/// written.
void read_opinions(base::json::value const& answer, std::string const& model, std::span<Candidate> candidates);

/// One line without control, direction and invisible characters, folded white space, cut. For other people's words.
std::string plain_line(std::string_view text, std::size_t bytes_max);

inline constexpr std::size_t refine_title_bytes_max = 160;
inline constexpr std::size_t refine_description_bytes_max = 300;
inline constexpr std::size_t refine_tags_max = 8;
inline constexpr std::size_t refine_tag_bytes_max = 40;
inline constexpr std::size_t why_bytes_max = 200;

} // namespace discovery
