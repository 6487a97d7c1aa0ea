#pragma once
#include "discovery/spec.h"

#include <set>

namespace discovery {

/// An answer as the rules of a step see it. XML and HTML are read into the same shape as JSON: what each XPath of the
/// rules finds, by the XPath.
struct Document {
    AnswerFormat paths = AnswerFormat::Json; ///< what the rules' paths are; JSON too where it was embedded in a page
    base::json::value whole;
    std::vector<base::json::value> nodes; ///< Xml and Html: the items

    /// What lies there, nulls left out.
    std::vector<base::json::value const*> all(std::string const& path, base::json::value const& item) const;
    std::vector<base::json::value const*> all(std::string const& path) const { return all(path, whole); }
    bool has(std::string const& path) const { return !all(path).empty(); }
    /// The items of the first path that finds any.
    std::vector<base::json::value const*> items(std::vector<std::string> const& paths) const;
};

/// Which XPaths are looked up on the document, and which on every item.
struct PathSets {
    std::set<std::string> document;
    std::set<std::string> item;
};
PathSets paths_of(SourceSpec const& spec, Step const& step);

inline constexpr std::size_t nodes_max = 2'000;    ///< items of an XML or HTML answer
inline constexpr std::size_t node_texts_max = 200; ///< found by one XPath
inline constexpr std::size_t node_text_bytes_max = 64U << 10U;
inline constexpr unsigned long xpath_steps_max = 5'000'000; ///< of one evaluation

/// True where a body begins as a web page does.
bool looks_like_page(std::string_view body);

/// An answer's JSON, in memory that is given back all at once: it is read once and thrown away. SourceError
/// (BadAnswer).
base::json::value parse_answer(std::string_view text, std::string_view what);
/// SourceError (BadAnswer, or Blocked where a page came instead of data).
Document read_document(SourceSpec const& spec, Step const& step, std::string_view body);
/// The same for XML and HTML.
Document read_markup(SourceSpec const& spec, Step const& step, std::string_view body);
/// InvalidInput says why a text is no XPath.
void check_xpath(std::string const& text, std::map<std::string, std::string> const& namespaces);

} // namespace discovery
