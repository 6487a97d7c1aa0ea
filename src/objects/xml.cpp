#include "objects/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <memory>

namespace objects {

static void silence(void* /*context*/, char const* /*format*/, ...) {} // NOLINT: libxml2's own signature

static std::string name_of(xmlNode const* node) { return reinterpret_cast<char const*>(node->name); }

static std::string text_of(xmlNode* node)
{
    std::string text;
    for (auto* child = node->children; child; child = child->next)
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
            text += reinterpret_cast<char const*>(child->content);
    return text;
}

static bool has_elements(xmlNode* node) { return xmlFirstElementChild(node) != nullptr; }

XmlAnswer read_xml(std::string_view body)
{
    XmlAnswer answer;
    if (body.empty() || body.size() > xml_bytes_max) return answer;
    xmlSetGenericErrorFunc(nullptr, silence); // per thread
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> const document(
        xmlReadMemory(body.data(), static_cast<int>(body.size()), nullptr, nullptr, options), &xmlFreeDoc);
    if (!document || document->intSubset) return answer;
    auto* const root = xmlDocGetRootElement(document.get());
    if (!root) return answer;
    answer.root = name_of(root);
    for (auto* child = xmlFirstElementChild(root); child; child = xmlNextElementSibling(child)) {
        if (!has_elements(child)) {
            answer.fields[name_of(child)] = text_of(child);
            continue;
        }
        XmlAnswer::Fields fields;
        for (auto* field = xmlFirstElementChild(child); field; field = xmlNextElementSibling(field))
            fields[name_of(field)] = text_of(field);
        answer.groups[name_of(child)].push_back(std::move(fields));
    }
    return answer;
}

std::string XmlAnswer::text(std::string const& name) const
{
    auto const it = fields.find(name);
    return it == fields.end() ? std::string() : it->second;
}

} // namespace objects
