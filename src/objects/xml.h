#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace objects {

/// What S3 answers with: a root, and below it texts and repeated groups of texts.
struct XmlAnswer {
    using Fields = std::map<std::string, std::string>;
    std::string root;
    Fields fields;                                     ///< texts right below the root
    std::map<std::string, std::vector<Fields>> groups; ///< "Contents", "Part", "Upload": their texts
    std::string text(std::string const& name) const;
};

inline constexpr std::size_t xml_bytes_max = 4U << 20U;

/// No network, no entities, no DTD. An empty root where the text is no XML.
XmlAnswer read_xml(std::string_view body);

} // namespace objects
