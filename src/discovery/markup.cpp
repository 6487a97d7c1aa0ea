#include "discovery/document.h"
#include "discovery/source.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <memory>

namespace discovery {

using base::ErrorCode;
using base::fail;
using base::json::value;

namespace {

template <auto free_one> struct Free {
    template <class T> void operator()(T* thing) const { free_one(thing); }
};
using Tree = std::unique_ptr<xmlDoc, Free<xmlFreeDoc>>;
using Context = std::unique_ptr<xmlXPathContext, Free<xmlXPathFreeContext>>;
using Found = std::unique_ptr<xmlXPathObject, Free<xmlXPathFreeObject>>;
using Compiled = std::unique_ptr<xmlXPathCompExpr, Free<xmlXPathFreeCompExpr>>;
struct FreeText {
    void operator()(xmlChar* text) const { xmlFree(text); }
};
using Text = std::unique_ptr<xmlChar, FreeText>;

xmlChar const* as_xml(std::string const& text) { return reinterpret_cast<xmlChar const*>(text.c_str()); }

void silence(void* /*context*/, char const* /*format*/, ...) {} // NOLINT: libxml2's own signature
void silence_error(void* /*context*/, xmlErrorPtr /*error*/) {}

void prepare_library()
{
    static auto const ready = (xmlInitParser(), true);
    static_cast<void>(ready);
    xmlSetGenericErrorFunc(nullptr, silence); // per thread
}

/// No network, no DTD, no entities: what a hostile document could reach or blow up is off.
Tree parse_xml(SourceSpec const& spec, std::string_view body)
{
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    Tree tree(xmlReadMemory(body.data(), static_cast<int>(body.size()), nullptr, nullptr, options));
    if (!tree)
        tree.reset(
            xmlReadMemory(body.data(), static_cast<int>(body.size()), nullptr, nullptr, options | XML_PARSE_RECOVER));
    if (tree && tree->intSubset && tree->intSubset->entities)
        throw SourceError(SourceCode::BadAnswer, spec.title + ": the answer declares entities, which are not read");
    return tree;
}

Tree parse_html(std::string_view body)
{
    constexpr int options =
        HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_COMPACT;
    return Tree(htmlReadMemory(body.data(), static_cast<int>(body.size()), nullptr,
                               base::is_utf8(body) ? "UTF-8" : nullptr, options));
}

/// Evaluates XPaths on one tree.
class Reader {
public:
    Reader(xmlDoc* tree, std::map<std::string, std::string> const& namespaces)
        : tree_(tree), context_(xmlXPathNewContext(tree))
    {
        if (!context_) throw std::bad_alloc();
        context_->opLimit = xpath_steps_max;
        context_->error = silence_error;
        for (auto const& [prefix, uri] : namespaces) xmlXPathRegisterNs(context_.get(), as_xml(prefix), as_xml(uri));
    }

    std::vector<xmlNode*> nodes(std::string const& path)
    {
        std::vector<xmlNode*> out;
        auto const found = evaluate(path, nullptr);
        if (!found || found->type != XPATH_NODESET || !found->nodesetval) return out;
        for (int i = 0; i < found->nodesetval->nodeNr && out.size() < nodes_max; ++i)
            if (found->nodesetval->nodeTab[i]->type == XML_ELEMENT_NODE) out.push_back(found->nodesetval->nodeTab[i]);
        return out;
    }

    /// Null where it finds nothing; the texts, also empty ones, of what it does find.
    value texts(std::string const& path, xmlNode* from, std::size_t bytes_max = node_text_bytes_max)
    {
        base::json::array out;
        auto const found = evaluate(path, from);
        if (found && found->type == XPATH_NODESET) {
            auto const* set = found->nodesetval;
            for (int i = 0; set && i < set->nodeNr && out.size() < node_texts_max; ++i) {
                Text const text(xmlNodeGetContent(set->nodeTab[i]));
                if (text) out.emplace_back(clean(text.get(), bytes_max));
            }
        } else if (found && found->type == XPATH_BOOLEAN) {
            if (found->boolval) out.emplace_back("true");
        } else if (found) {
            Text const text(xmlXPathCastToString(found.get()));
            if (text && *text && std::string_view(reinterpret_cast<char const*>(text.get())) != "NaN")
                out.emplace_back(clean(text.get(), bytes_max));
        }
        return out.empty() ? value(nullptr) : value(std::move(out));
    }

    value object(std::set<std::string> const& paths, xmlNode* from)
    {
        base::json::object out;
        for (auto const& path : paths) {
            auto texts_found = texts(path, from);
            if (!texts_found.is_null()) out.emplace(path, std::move(texts_found));
        }
        return out;
    }

private:
    static std::string clean(xmlChar const* text, std::size_t bytes_max)
    {
        return base::truncate_utf8(base::clean_utf8(base::trim(reinterpret_cast<char const*>(text))), bytes_max);
    }

    Found evaluate(std::string const& path, xmlNode* from)
    {
        auto& compiled = compiled_[path];
        if (!compiled) compiled.reset(xmlXPathCtxtCompile(context_.get(), as_xml(path)));
        if (!compiled) return nullptr;
        context_->opCount = 0;
        context_->node = from ? from : reinterpret_cast<xmlNode*>(tree_);
        return Found(xmlXPathCompiledEval(compiled.get(), context_.get()));
    }

    xmlDoc* tree_;
    Context context_;
    std::map<std::string, Compiled> compiled_;
};

/// JSON in an element of the page.
Document embedded(SourceSpec const& spec, Step const& step, Reader& reader)
{
    auto const found =
        reader.texts(step.answer.embedded, nullptr, static_cast<std::size_t>(spec.limits.answer_bytes_max));
    if (found.is_null())
        throw SourceError(SourceCode::LayoutChanged, spec.title + ": the page holds no data where it used to",
                          "look for a newer version of catalog/sources/" + spec.id + ".json");
    Document out;
    auto const& text = found.as_array().front().as_string();
    out.whole = parse_answer({text.data(), text.size()}, spec.title + "'s page");
    return out;
}

} // namespace

Document read_markup(SourceSpec const& spec, Step const& step, std::string_view body)
{
    prepare_library();
    auto const html = step.answer.format == AnswerFormat::Html;
    if (!html && looks_like_page(body))
        throw SourceError(SourceCode::Blocked, spec.title + " answered with a web page instead of data",
                          "open the site in a browser and see what it says");
    auto const tree = html ? parse_html(body) : parse_xml(spec, body);
    if (!tree || !xmlDocGetRootElement(tree.get()))
        throw SourceError(SourceCode::BadAnswer, spec.title + ": the answer is neither a page nor XML");
    Reader reader(tree.get(), step.answer.namespaces);
    if (!step.answer.embedded.empty()) return embedded(spec, step, reader);
    auto const paths = paths_of(spec, step);
    Document out;
    out.paths = step.answer.format;
    out.whole = reader.object(paths.document, nullptr);
    for (auto const& path : step.answer.items) {
        for (auto* node : reader.nodes(path)) out.nodes.push_back(reader.object(paths.item, node));
        if (!out.nodes.empty()) break;
    }
    return out;
}

void check_xpath(std::string const& text, std::map<std::string, std::string> const& namespaces)
{
    prepare_library();
    if (text.size() > 1'000) fail(ErrorCode::InvalidInput, "an XPath is longer than 1000 bytes");
    Tree const tree(xmlNewDoc(as_xml("1.0")));
    Context const context(xmlXPathNewContext(tree.get()));
    context->error = silence_error;
    for (auto const& [prefix, uri] : namespaces) xmlXPathRegisterNs(context.get(), as_xml(prefix), as_xml(uri));
    Compiled const compiled(xmlXPathCtxtCompile(context.get(), as_xml(text)));
    if (!compiled) fail(ErrorCode::InvalidInput, "'{}' is no XPath", text);
}

} // namespace discovery
