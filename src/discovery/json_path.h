#pragma once
#include "base/json.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace discovery {

/// A place in a JSON document: our subset of JSONPath ("$.response.docs[*].title", "imageinfo[0].url", "$['odd
/// name'].x", "pages.*", "[-1]" for the last) or a JSON pointer ("/data/0/title"). One that begins with "$" or "/"
/// starts at the document, any other at the item at hand. No filters, no recursion, no scripts: it ends in time linear
/// in what it finds.
class JsonPath {
public:
    static constexpr std::size_t steps_max = 16;
    static constexpr std::size_t found_max = 10'000;
    /// InvalidInput says where it breaks.
    explicit JsonPath(std::string_view text);
    /// What lies there, in document order, nulls left out; at most found_max.
    std::vector<base::json::value const*> all(base::json::value const& document, base::json::value const& item) const;
    /// The first of all(), null where there is none.
    base::json::value const* first(base::json::value const& document, base::json::value const& item) const;

private:
    struct Every {};
    struct Last {};
    using Step = std::variant<std::string, std::size_t, Every, Last>;
    void read_pointer(std::string_view text);
    void read_path(std::string_view text);
    void read_brackets(std::string_view& text, std::string_view whole);
    void add(Step step, std::string_view whole);

    bool from_document_ = false;
    std::vector<Step> steps_;
};

/// The path of that text, parsed once for each thread; good until the thread ends.
JsonPath const& json_path(std::string const& text);

} // namespace discovery
