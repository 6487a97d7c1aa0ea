#pragma once
#include <string>

namespace discovery {

/// The JSON schema of a source, made of the described structs and the table of ranges; it stands in
/// catalog/schemas/source.schema.json for editors, and a test holds the two together.
std::string source_schema();

} // namespace discovery
