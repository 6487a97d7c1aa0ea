#pragma once
#include "discovery/source.h"

namespace discovery {

/// Where the paths of rules are looked up.
struct Place {
    base::json::value const& document;
    base::json::value const& item;
    SourceSpec const& spec;
    std::string const& endpoint;
    std::string native_id = {};
};

/// Fills what the rules find; returns the native id, "" where there is none.
void apply_fields(std::map<std::string, FieldRule> const& rules, Place& place, Candidate& out);
bool keeps(Keep const& rule, Place const& place);
std::optional<std::string> text_at(std::string const& path, Place const& place);
std::optional<double> number_at(std::string const& path, Place const& place);

} // namespace discovery
