#pragma once
#include "discovery/document.h"

namespace discovery {

/// Where the paths of rules are looked up: an item or row of an answer.
struct Place {
    Document const& document;
    base::json::value const& item;
    SourceSpec const& spec;
    std::string const& endpoint;
    std::string native_id = {};
    std::map<std::string, base::json::value const*, std::less<>> picks = {}; ///< "@name" -> row
    std::map<std::string, base::json::value, std::less<>> lets = {};         ///< "@name" -> text

    /// What lies at a path, nulls left out.
    std::vector<base::json::value const*> all(std::string const& path) const;
};

/// Binds what `picks` and `let` name.
void bind(AnswerShape const& shape, Place& place);
/// The row that a pick takes among those at its path; null where none is fit.
base::json::value const* pick_row(Pick const& pick, Place const& place);

/// Fills what the rules find; sets place.native_id where they name it.
void apply_fields(FieldRules const& rules, Place& place, Candidate& out);
/// Every text that a rule finds, cut, replaced and mapped.
std::vector<std::string> rule_texts(FieldRule const& rule, Place const& place);

/// True for a name that `fields` may hold.
bool is_field(std::string_view name);
std::vector<std::string> all_fields();

bool keeps(Keep const& rule, Place const& place);
bool keeps_all(std::vector<Keep> const& rules, Place const& place);
std::optional<std::string> text_at(std::string const& path, Place const& place);
std::optional<double> number_at(std::string const& path, Place const& place);

} // namespace discovery
