#pragma once
#include "base/json.h"
#include "discovery/candidate.h"
#include "discovery/convert.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What a file of catalog/sources may say; docs/sources.md explains each part with examples.
namespace discovery {

enum class SourceKind {
    Web,    ///< asked over HTTP as its steps say
    Feed,   ///< the operator's feeds
    Folder, ///< the creator's own footage
};
BOOST_DESCRIBE_ENUM(SourceKind, Web, Feed, Folder)

/// A name with a template: "rows" = "{limit}". One whose template gives nothing is left out of the request.
struct Parameter {
    std::string name;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(Parameter, (), (name, value))

enum class Method { Get, Post };
BOOST_DESCRIBE_ENUM(Method, Get, Post)

/// One request; every text in it is a template. A body is a form or JSON, never both.
struct RequestTemplate {
    Method method = Method::Get;
    std::string host; ///< "" = endpoint, a name of `hosts`, "each" (the value at hand), "page" (details: the item's)
    std::string path;
    std::vector<Parameter> parameters;
    std::vector<Parameter> headers;
    std::vector<Parameter> form;
    std::optional<base::json::value> json; ///< strings are templates; "{limit:number}" becomes a number
};
BOOST_DESCRIBE_STRUCT(RequestTemplate, (), (method, host, path, parameters, headers, form, json))

/// A condition on an item, a row or a whole answer. All that is said must hold.
struct Keep {
    std::string path;                 ///< "" only where `any` or `all` is used
    std::optional<bool> exists;       ///< something stands there, or nothing
    std::vector<std::string> any_of;  ///< the text is one of these
    std::vector<std::string> none_of; ///< there is a text, and it is none of these
    std::vector<std::string> starts_with;
    std::vector<std::string> ends_with; ///< in any case
    std::vector<std::string> contains;  ///< in any case
    std::vector<std::string> hosts;     ///< a URL of one of these hosts or below them
    std::optional<double> at_least;     ///< a number
    std::vector<Keep> any;              ///< one of these holds
    std::vector<Keep> all;              ///< all of these hold
};
BOOST_DESCRIBE_STRUCT(Keep, (),
                      (path, exists, any_of, none_of, starts_with, ends_with, contains, hosts, at_least, any, all))

/// The text between two marks, both optional: {"after": "vqd=\"", "before": "\""}.
struct Between {
    std::string after;
    std::string before;
};
BOOST_DESCRIBE_STRUCT(Between, (), (after, before))

struct Replacement {
    std::string from;
    std::string to;
};
BOOST_DESCRIBE_STRUCT(Replacement, (), (from, to))

/// Where a value comes from: the first path that gives something, a text composed of paths, or a constant.
struct FieldRule {
    std::vector<std::string> paths;
    std::string compose; ///< "https://x.example/{user}/{id}", each part percent-encoded as a path
    std::string value;   ///< the same for every item: a licence that the platform grants, for instance
    Convert as = Convert::Text;
    std::string separators = ";|";          ///< of List
    std::vector<Between> between;           ///< the first that fits cuts the text; where none fits there is no value
    std::vector<Replacement> replace;       ///< in the text, before it is converted
    std::map<std::string, std::string> map; ///< what the platform says -> what we say; "*" = anything else
    std::string base;                       ///< what a relative URL is relative to
    std::string otherwise;                  ///< where nothing was found; for titles, never for facts
    bool sum = false;                       ///< Count: all that all paths find together
};
BOOST_DESCRIBE_STRUCT(FieldRule, (),
                      (paths, compose, value, as, separators, between, replace, map, base, otherwise, sum))
using FieldRules = std::map<std::string, FieldRule>;

/// A row beside or below an item that its paths may speak of as "@name.path": the author in `includes.users`, the
/// attachment that is a video, the largest picture.
struct Pick {
    std::string name;
    std::string rows;           ///< where they lie; relative to the item, or to the document with "$"
    std::string key;            ///< path in a row that must equal ...
    std::string equals;         ///< ... one of what this path of the item finds
    std::vector<Keep> keep;     ///< what a row must be
    std::optional<Keep> prefer; ///< rows that come before others
    std::string largest;        ///< a number in each row: the largest is taken
};
BOOST_DESCRIBE_STRUCT(Pick, (), (name, rows, key, equals, keep, prefer, largest))

enum class AnswerFormat {
    Json,
    Xml,  ///< paths are XPath
    Html, ///< paths are XPath; as a browser would mend the page
    Text, ///< the path "$" is all of it; for values that stand between marks
};
BOOST_DESCRIBE_ENUM(AnswerFormat, Json, Xml, Html, Text)

/// An answer without the container is legitimate only in this shape.
struct EmptyShape {
    std::string missing;
    std::string present; ///< "" = whatever the answer holds
};
BOOST_DESCRIBE_STRUCT(EmptyShape, (), (missing, present))

struct AnswerShape {
    AnswerFormat format = AnswerFormat::Json;
    std::string embedded;                          ///< Html: XPath of an element that holds JSON; paths speak of that
    std::map<std::string, std::string> namespaces; ///< Xml: prefix -> URI for XPath
    std::string container;                         ///< must be there, else the layout changed
    std::vector<std::string> items;                ///< the first path that finds any
    std::optional<EmptyShape> empty;
    std::string order_by;                 ///< a number in each item, the smallest first
    std::vector<Pick> picks;              ///< in order; a later one may use an earlier one
    std::map<std::string, FieldRule> let; ///< texts made of an item, for its paths and compositions as "@name"
    std::vector<Keep> keep;               ///< which items count
    bool match_niche = false;             ///< only items that hold words of the niche: for platforms without a search
};
BOOST_DESCRIBE_STRUCT(AnswerShape, (),
                      (format, embedded, namespaces, container, items, empty, order_by, picks, let, keep, match_niche))

enum class PagingStyle {
    None,
    Page,   ///< {page} counts from `first`
    Offset, ///< {offset} counts items from `first`
    Cursor, ///< `carry` takes values out of an answer, the next request speaks of them by name
    Next,   ///< `next` finds the next page's whole address; it must be on the same origin
};
BOOST_DESCRIBE_ENUM(PagingStyle, None, Page, Offset, Cursor, Next)

struct Paging {
    PagingStyle style = PagingStyle::None;
    std::int64_t first = 1;
    std::int64_t size_min = 1; ///< {limit} is never less
    std::int64_t size_max = 50;
    std::int64_t pages_max = 1;
    std::string more; ///< another page only while this finds something but false, 0 and ""; "" = while pages are full
    std::map<std::string, std::string> carry; ///< token -> path in the answer
    std::string next;                         ///< path, or "link" for the Link header's rel="next"
    bool newest_first = false;                ///< no further page once an item is older than asked for
};
BOOST_DESCRIBE_STRUCT(Paging, (), (style, first, size_min, size_max, pages_max, more, carry, next, newest_first))

/// Values for later steps: {step.name} in a request is the first one, `each` goes through all of them.
struct ValueRule : FieldRule {
    std::int64_t values_max = 3;
    /// Where there is none: the source has nothing to offer (Empty), or failed with this code.
    std::optional<SourceCode> missing;
    std::string next_action; ///< what to do where it failed
};
BOOST_DESCRIBE_STRUCT(ValueRule, (FieldRule), (values_max, missing, next_action))

enum class StepGives {
    Values,  ///< for later steps
    Items,   ///< candidates
    Details, ///< more about candidates found before
};
BOOST_DESCRIBE_ENUM(StepGives, Values, Items, Details)

/// One of the questions a source is asked, in order.
struct Step {
    std::string name;
    StepGives gives = StepGives::Items;
    RequestTemplate request;
    std::string each; ///< "step.value" or "setting.name": asked once for each, as {each}
    std::int64_t each_max = 5;
    AnswerShape answer;
    Paging paging;                           ///< Items
    std::map<std::string, ValueRule> values; ///< Values
    FieldRules fields;                       ///< Items and Details
    std::int64_t items_max = 10;             ///< Details: for the first of the candidates found
    std::int64_t batch = 1;                  ///< Details: ids in one request, as {ids}, joined by `ids_separator`
    std::string ids_separator = ",";
    std::string join;           ///< Details: path in a row that gives the native id; needed where batch > 1
    std::optional<Keep> prefer; ///< Details: rows that come before others
    std::string largest;        ///< Details: a number in each row: the largest is taken
    bool drop_missing = false;  ///< Details: a candidate that the answer does not name is gone, and left out
    std::map<std::string, std::int64_t> costs; ///< quota -> units of one request
    std::int64_t cache_seconds = 0;            ///< an answer is good for so long; 0 = asked anew each time
};
BOOST_DESCRIBE_STRUCT(Step, (),
                      (name, gives, request, each, each_max, answer, paging, values, fields, items_max, batch,
                       ids_separator, join, prefer, largest, drop_missing, costs, cache_seconds))

/// How the platform is told who asks.
enum class AuthKind {
    None,
    Key,       ///< values of settings stand in templates
    OauthApp,  ///< client credentials: `token` fetches an access token
    OauthUser, ///< a stored access token; `refresh` renews it where the platform lets it
    Session,   ///< name and app password: `token` opens a session, `refresh` keeps it
    Signed,    ///< each request passes a named signer of signers/
};
BOOST_DESCRIBE_ENUM(AuthKind, None, Key, OauthApp, OauthUser, Session, Signed)

/// A request that answers with a token, and where it stands.
struct TokenRule {
    RequestTemplate request;
    std::string access;
    std::string refresh;                  ///< path of a refresh token; "" = none is given
    std::string expires_in;               ///< path of seconds
    std::int64_t lifetime_seconds = 3600; ///< where the answer says none
};
BOOST_DESCRIBE_STRUCT(TokenRule, (), (request, access, refresh, expires_in, lifetime_seconds))

struct Auth {
    AuthKind kind = AuthKind::None;
    std::map<std::string, std::string> settings; ///< token -> credential: "key" -> "key.youtube"; all are needed
    bool optional = false;                       ///< asked without them too; their parameters are left out
    std::optional<TokenRule> token;
    std::optional<TokenRule> refresh;
    std::string signer;
    std::string next_action; ///< how to come by it
};
BOOST_DESCRIBE_STRUCT(Auth, (), (kind, settings, optional, token, refresh, signer, next_action))

/// A setting of the operator's, as a token {setting.name}.
struct SettingRule {
    std::string setting; ///< "source.facebook_pages"
    std::string help;
    bool required = false;
    std::string fallback; ///< where it is not set; a list is separated by commas
};
BOOST_DESCRIBE_STRUCT(SettingRule, (), (setting, help, required, fallback))

/// "day" for the last 24 hours: the smallest that reaches back far enough is taken; hours 0 = no limit.
struct Bucket {
    std::int64_t hours = 0;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(Bucket, (), (hours, value))

/// How far back the platform looks. Items older than asked for are left out here in any case.
struct Since {
    std::vector<Bucket> buckets;        ///< {since_bucket}
    std::int64_t window_days = 0;       ///< never asked further back; the report says so. 0 = no limit
    std::int64_t until_lag_seconds = 0; ///< {until_...} lies so far before now
};
BOOST_DESCRIBE_STRUCT(Since, (), (buckets, window_days, until_lag_seconds))

/// When a platform that refused may be asked again.
enum class ResetForm {
    RetryAfter,   ///< the header, seconds or HTTP date
    EpochSeconds, ///< a moment
    Iso,          ///< a moment
    EpochOrIso,   ///< either
    SecondsLeft,
    MinutesLeft,
    MidnightPacific, ///< the next one
    MidnightUtc,
    NextMonthUtc,
    Fixed, ///< `seconds` from now
};
BOOST_DESCRIBE_ENUM(ResetForm, RetryAfter, EpochSeconds, Iso, EpochOrIso, SecondsLeft, MinutesLeft, MidnightPacific,
                    MidnightUtc, NextMonthUtc, Fixed)

struct Reset {
    ResetForm form = ResetForm::RetryAfter;
    std::string header; ///< where it stands
    std::string path;   ///< in the header's JSON, where it holds JSON
    std::int64_t seconds = 0;
    std::int64_t seconds_max = 86'400; ///< no header is believed further than this
};
BOOST_DESCRIBE_STRUCT(Reset, (), (form, header, path, seconds, seconds_max))

/// A failure as the platform tells it. All that is said must hold; the first rule that fits decides.
struct ErrorRule {
    std::vector<std::int64_t> status; ///< empty = any, also 200
    std::string content_type;         ///< begins so: "text/html"
    std::string contains;             ///< the body holds it, in any case
    std::vector<Keep> when;           ///< in the answer's JSON, XML or HTML
    SourceCode code = SourceCode::UpstreamError;
    bool empty = false;       ///< no failure: there is nothing
    std::string reason;       ///< path of the platform's text for people
    std::string next_action;  ///< what to do about it
    std::vector<Reset> reset; ///< when to ask again; the first that says anything. Empty = those of `limits`
};
BOOST_DESCRIBE_STRUCT(ErrorRule, (), (status, content_type, contains, when, code, empty, reason, next_action, reset))

enum class QuotaPeriod { Hour, DayUtc, DayPacific, Month };
BOOST_DESCRIBE_ENUM(QuotaPeriod, Hour, DayUtc, DayPacific, Month)

/// A budget that the ledger keeps; steps say what they cost.
struct Quota {
    std::int64_t units = 0;
    QuotaPeriod per = QuotaPeriod::DayUtc;
    std::string setting; ///< the operator's own budget instead: "source.youtube_units"
};
BOOST_DESCRIBE_STRUCT(Quota, (), (units, per, setting))

struct Breaker {
    std::int64_t failures = 5;       ///< in a row
    std::int64_t open_seconds = 300; ///< not asked for so long; then one question decides
};
BOOST_DESCRIBE_STRUCT(Breaker, (), (failures, open_seconds))

struct Limits {
    std::int64_t interval_ms = 0; ///< mean time between two requests to the platform's own endpoint
    std::int64_t burst = 1;       ///< requests that may follow at once after a rest
    std::int64_t concurrency = 4; ///< requests in flight, over all scans of the process
    std::int64_t deadline_ms = 10'000;
    std::int64_t answer_bytes_max = 4 << 20;
    std::string remaining;    ///< header of what is left of the platform's own budget
    std::vector<Reset> reset; ///< when to ask again after a refusal; Retry-After is always believed first
    std::map<std::string, Quota> quotas;
    Breaker breaker;
};
BOOST_DESCRIBE_STRUCT(Limits, (),
                      (interval_ms, burst, concurrency, deadline_ms, answer_bytes_max, remaining, reset, quotas,
                       breaker))

/// A platform as a file of catalog/sources describes it.
struct SourceSpec {
    std::string id;
    std::string title;
    SourceKind kind = SourceKind::Web;
    std::string help;
    std::string terms;
    std::vector<std::string> docs;
    bool enabled = true; ///< asked without being named
    std::string note;    ///< why it is off, or what it cannot do
    std::string endpoint;
    std::map<std::string, std::string> hosts; ///< further hosts of the platform, by name
    Auth auth;
    std::map<std::string, SettingRule> settings;
    Since since;
    Limits limits;
    std::vector<Step> steps;
    std::vector<ErrorRule> errors;
    std::map<std::string, std::string> licenses;         ///< what the platform says -> a name of license.h
    CandidateKind candidate_kind = CandidateKind::Video; ///< unless the field `kind` says otherwise
};
BOOST_DESCRIBE_STRUCT(SourceSpec, (),
                      (id, title, kind, help, terms, docs, enabled, note, endpoint, hosts, auth, settings, since,
                       limits, steps, errors, licenses, candidate_kind))

/// Every *.json of the folder, by id. InvalidInput names the file and the path of what is wrong in it.
std::vector<SourceSpec> load_specs(std::filesystem::path const& folder);
/// One spec, checked; `what` names it in errors.
SourceSpec read_spec(std::string_view text, std::string const& what);

} // namespace discovery
