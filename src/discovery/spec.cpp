#include "discovery/spec.h"

#include "base/file.h"
#include "discovery/json_path.h"
#include "discovery/license.h"
#include "discovery/request_template.h"
#include "net/url.h"

#include <algorithm>
#include <array>
#include <set>

namespace discovery {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr std::size_t spec_bytes_max = 256U << 10U;

namespace {

/// Walks through a spec; whatever it complains about has file and path in front.
class Checker {
public:
    Checker(SourceSpec const& spec, std::string const& what) : spec_(spec), what_(what) {}

    void run()
    {
        need(!spec_.id.empty() && base::snake_case(spec_.id) == spec_.id &&
                 base::slug(spec_.id, 40).find("untitled") != 0 &&
                 std::all_of(spec_.id.begin(), spec_.id.end(),
                             [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }),
             "id", "must be lower-case letters, digits and _");
        need(!spec_.title.empty(), "title", "is missing");
        need(!spec_.help.empty(), "help", "is missing");
        need(!spec_.terms.empty(), "terms", "is missing: say under what terms the platform lets programs ask");
        limits();
        auth();
        if (spec_.kind == SourceKind::Json)
            json();
        else
            plain();
    }

private:
    template <class... Parts> void need(bool fine, std::string const& path, std::string const& complaint) const
    {
        if (!fine) fail(ErrorCode::InvalidInput, "{}: {} {}", what_, path, complaint);
    }

    void path_at(std::string const& text, std::string const& place, bool may_be_empty = false) const
    {
        if (text.empty() && may_be_empty) return;
        try {
            static_cast<void>(JsonPath(text));
        } catch (base::Error const& error) {
            need(false, place, error.what());
        }
    }

    void in_range(std::int64_t value, std::int64_t low, std::int64_t high, std::string const& place) const
    {
        need(value >= low && value <= high, place, fmt::format("is {}, outside [{}, {}]", value, low, high));
    }

    void limits() const
    {
        in_range(spec_.limits.interval_ms, 0, 60'000, "limits.interval_ms");
        in_range(spec_.limits.deadline_ms, 100, 120'000, "limits.deadline_ms");
        in_range(spec_.limits.answer_bytes_max, 1'000, 64 << 20, "limits.answer_bytes_max");
    }

    void auth() const
    {
        auto const needs = spec_.auth.kind == AuthKind::Key;
        need(!needs || spec_.auth.setting.starts_with("key."), "auth.setting",
             "must name a setting like key." + spec_.id);
    }

    void plain() const
    {
        need(spec_.endpoint.empty() && spec_.request.path.empty() && spec_.fields.empty() && !spec_.detail, "kind",
             "is " + base::enum_text(spec_.kind) + ", which takes no endpoint, request, fields or detail");
    }

    void json() const
    {
        endpoint();
        request();
        answer();
        for (std::size_t i = 0; i < spec_.errors.size(); ++i) {
            auto const place = fmt::format("errors[{}]", i);
            path_at(spec_.errors[i].path, place + ".path");
            path_at(spec_.errors[i].reason, place + ".reason", true);
        }
        for (auto const& [status, code] : spec_.statuses)
            need(status.size() == 3 && status[0] >= '1' && status[0] <= '5', "statuses." + status, "is no HTTP status");
        for (auto const& [said, license] : spec_.licenses)
            need(is_license(license), "licenses." + said, "'" + license + "' is no licence we know");
        fields(spec_.fields, "fields");
        for (auto const* name : {"native_id", "url", "title"})
            need(spec_.fields.contains(name), "fields", std::string("needs ") + name);
        if (spec_.detail) detail(*spec_.detail);
    }

    void endpoint() const
    {
        try {
            auto const url = net::parse_url(spec_.endpoint);
            need(url.target == "/" && !spec_.endpoint.ends_with('/'), "endpoint", "must be a host without a path");
        } catch (base::Error const& error) {
            need(false, "endpoint", error.what());
        }
    }

    void request() const
    {
        need(spec_.request.path.starts_with('/'), "request.path", "must begin with /");
        template_at(spec_.request.path, "request.path");
        for (auto const& [name, value] : spec_.request.parameters) template_at(value, "request.parameters " + name);
        for (auto const& [name, value] : spec_.request.headers) template_at(value, "request.headers " + name);
        in_range(spec_.paging.first, 0, 1, "paging.first");
        in_range(spec_.paging.size_max, 1, 1'000, "paging.size_max");
        in_range(spec_.paging.pages_max, 1, 20, "paging.pages_max");
        path_at(spec_.paging.more, "paging.more", true);
        need(spec_.paging.pages_max == 1 || spec_.paging.style != PagingStyle::None, "paging.style",
             "none has one page");
    }

    void template_at(std::string const& text, std::string const& place) const
    {
        for (auto const& token : tokens_of(text)) need(is_token(token), place, "holds the unknown {" + token + "}");
    }

    void answer() const
    {
        path_at(spec_.answer.container, "answer.container");
        path_at(spec_.answer.items, "answer.items");
        path_at(spec_.answer.order_by, "answer.order_by", true);
        if (spec_.answer.empty) {
            path_at(spec_.answer.empty->missing, "answer.empty.missing");
            path_at(spec_.answer.empty->present, "answer.empty.present");
        }
        for (std::size_t i = 0; i < spec_.answer.keep.size(); ++i)
            keep(spec_.answer.keep[i], fmt::format("answer.keep[{}]", i));
    }

    void keep(Keep const& rule, std::string const& place) const
    {
        path_at(rule.path, place + ".path");
        need(!rule.any_of.empty() || !rule.ends_with.empty(), place, "needs any_of or ends_with");
    }

    void fields(std::map<std::string, FieldRule> const& rules, std::string const& place) const
    {
        static std::set<std::string> const known{
            "native_id", "url",           "title",     "description", "author", "published_at", "duration_seconds",
            "views",     "likes",         "comments",  "shares",      "tags",   "license",      "license_url",
            "language",  "thumbnail_url", "media_url", "width",       "height", "rights"};
        for (auto const& [name, rule] : rules) {
            auto const here = place + "." + name;
            need(known.contains(name), here, "is no field of a candidate");
            need(rule.paths.empty() != rule.compose.empty(), here, "needs either paths or compose");
            for (auto const& path : rule.paths) path_at(path, here + ".paths");
            for (auto const& token : tokens_of(rule.compose))
                if (token != "endpoint" && token != "native_id") path_at(token, here + ".compose");
        }
    }

    void detail(Detail const& rules) const
    {
        need(rules.path.starts_with('/'), "detail.path", "must begin with /");
        for (auto const& token : tokens_of(rules.path))
            need(token == "native_id", "detail.path", "holds the unknown {" + token + "}");
        in_range(rules.items_max, 1, 50, "detail.items_max");
        need(!rules.items.empty(), "detail.items", "is empty");
        for (auto const& items : rules.items) path_at(items, "detail.items");
        path_at(rules.largest, "detail.largest", true);
        for (std::size_t i = 0; i < rules.keep.size(); ++i) keep(rules.keep[i], fmt::format("detail.keep[{}]", i));
        if (rules.prefer) keep(*rules.prefer, "detail.prefer");
        fields(rules.fields, "detail.fields");
    }

    SourceSpec const& spec_;
    std::string const& what_;
};

} // namespace

SourceSpec read_spec(std::string_view text, std::string const& what)
{
    SourceSpec spec;
    try {
        spec = base::read_json<SourceSpec>(text, "the file");
    } catch (base::Error const& error) {
        fail(ErrorCode::InvalidInput, "{}: {}", what, error.what());
    }
    Checker(spec, what).run();
    return spec;
}

std::vector<SourceSpec> load_specs(fs::path const& folder)
{
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".json") paths.push_back(it->path());
    if (error) base::fail_errno(error.value(), "read", folder.string());
    if (paths.size() > sources_max)
        fail(ErrorCode::InvalidInput, "{}: more than {} sources", folder.string(), sources_max);
    std::sort(paths.begin(), paths.end());
    std::vector<SourceSpec> specs;
    for (auto const& path : paths) {
        specs.push_back(read_spec(base::read_file(path, spec_bytes_max), path.string()));
        if (specs.back().id != path.stem())
            fail(ErrorCode::InvalidInput, "{}: id '{}' must be the file's name", path.string(), specs.back().id);
    }
    return specs;
}

} // namespace discovery
