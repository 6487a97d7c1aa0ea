#pragma once
#include "base/json.h"
#include "discovery/candidate.h"
#include "discovery/convert.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace discovery {

enum class SourceKind { Json, Feed, Folder };
BOOST_DESCRIBE_ENUM(SourceKind, Json, Feed, Folder)

/// Only none and key are carried out so far; a source that needs another one is reported as unavailable.
enum class AuthKind { None, Key, OauthApp, OauthUser };
BOOST_DESCRIBE_ENUM(AuthKind, None, Key, OauthApp, OauthUser)

/// How the platform is told who asks. The key stands in a template as {key}.
struct Auth {
    AuthKind kind = AuthKind::None;
    std::string setting; ///< "key.pexels"
};
BOOST_DESCRIBE_STRUCT(Auth, (), (kind, setting))

/// A name with a template: "rows" = "{limit}".
struct Parameter {
    std::string name;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(Parameter, (), (name, value))

struct RequestTemplate {
    std::string path;
    std::vector<Parameter> parameters;
    std::vector<Parameter> headers;
};
BOOST_DESCRIBE_STRUCT(RequestTemplate, (), (path, parameters, headers))

enum class PagingStyle { None, Page, Offset };
BOOST_DESCRIBE_ENUM(PagingStyle, None, Page, Offset)

struct Paging {
    PagingStyle style = PagingStyle::None;
    std::int64_t first = 1;
    std::int64_t size_max = 50;
    std::int64_t pages_max = 1;
    std::string more; ///< there is another page only while this path finds something; "" = while pages are full
};
BOOST_DESCRIBE_STRUCT(Paging, (), (style, first, size_max, pages_max, more))

struct Limits {
    std::int64_t interval_ms = 0; ///< between two requests to the platform's own endpoint
    std::int64_t deadline_ms = 10'000;
    std::int64_t answer_bytes_max = 4 << 20;
};
BOOST_DESCRIBE_STRUCT(Limits, (), (interval_ms, deadline_ms, answer_bytes_max))

/// Which items count: the value at the path is one of any_of or ends with one of ends_with.
struct Keep {
    std::string path;
    std::vector<std::string> any_of;
    std::vector<std::string> ends_with;
};
BOOST_DESCRIBE_STRUCT(Keep, (), (path, any_of, ends_with))

/// An answer without the container is legitimate only in this shape.
struct EmptyShape {
    std::string missing;
    std::string present;
};
BOOST_DESCRIBE_STRUCT(EmptyShape, (), (missing, present))

struct AnswerShape {
    std::string container; ///< must be there, else the layout changed
    std::string items;
    std::optional<EmptyShape> empty;
    std::string order_by; ///< a number in each item
    std::vector<Keep> keep;
};
BOOST_DESCRIBE_STRUCT(AnswerShape, (), (container, items, empty, order_by, keep))

/// An error that comes as JSON, also inside a 200.
struct ErrorRule {
    std::string path;
    std::vector<std::string> any_of; ///< empty = whatever stands there
    SourceCode code = SourceCode::UpstreamError;
    std::string reason; ///< path of the text for people
};
BOOST_DESCRIBE_STRUCT(ErrorRule, (), (path, any_of, code, reason))

/// Where a field of the candidate comes from: the first path that gives something, or a text composed of paths.
struct FieldRule {
    std::vector<std::string> paths;
    std::string compose; ///< "{endpoint}/details/{identifier}", each part percent-encoded as a path
    Convert as = Convert::Text;
    std::string separators = ";|";
};
BOOST_DESCRIBE_STRUCT(FieldRule, (), (paths, compose, as, separators))

enum class DetailHost {
    Endpoint, ///< where the first question went
    Page,     ///< the host of the candidate's page, as in a federation; guarded
};
BOOST_DESCRIBE_ENUM(DetailHost, Endpoint, Page)

/// A second question for the best items: which of an item's files to use.
struct Detail {
    DetailHost host = DetailHost::Endpoint;
    std::string path; ///< "/metadata/{native_id}"
    std::int64_t items_max = 10;
    std::vector<std::string> items; ///< the rows to choose from: the first path that gives a fit one
    std::vector<Keep> keep;
    std::optional<Keep> prefer;
    std::string largest; ///< a number in each row
    std::map<std::string, FieldRule> fields;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (host, path, items_max, items, keep, prefer, largest, fields))

/// A platform as a file of catalog/sources describes it.
struct SourceSpec {
    std::string id;
    std::string title;
    SourceKind kind = SourceKind::Json;
    std::string help;
    std::string terms;
    std::vector<std::string> docs;
    bool enabled = true; ///< asked without being named
    std::string endpoint;
    Auth auth;
    RequestTemplate request;
    Paging paging;
    Limits limits;
    AnswerShape answer;
    std::vector<ErrorRule> errors;
    std::map<std::string, SourceCode> statuses;
    std::map<std::string, FieldRule> fields;
    std::map<std::string, std::string> licenses; ///< what the platform says -> a name of license.h
    std::optional<Detail> detail;
};
BOOST_DESCRIBE_STRUCT(SourceSpec, (),
                      (id, title, kind, help, terms, docs, enabled, endpoint, auth, request, paging, limits, answer,
                       errors, statuses, fields, licenses, detail))

inline constexpr std::size_t sources_max = 100;

/// Every *.json of the folder, by id. InvalidInput names the file and the path of what is wrong in it.
std::vector<SourceSpec> load_specs(std::filesystem::path const& folder);
/// One spec, checked; `what` names it in errors.
SourceSpec read_spec(std::string_view text, std::string const& what);

} // namespace discovery
