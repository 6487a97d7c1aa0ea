#pragma once
// A source of one's own making against a platform on loopback that answers by script.
#include "discovery/credentials.h"
#include "discovery/scan.h"
#include "discovery/source_store.h"
#include "net/http_server.h"
#include "support.h"

#include <condition_variable>
#include <map>
#include <mutex>

namespace test {

/// Answers by path and remembers what it was asked.
class ScriptedPlatform {
public:
    using Answer = std::function<net::ServerResponse(net::ServerRequest const& request)>;

    void on(std::string path, Answer answer)
    {
        std::scoped_lock const lock(mutex_);
        answers_[std::move(path)] = std::move(answer);
    }
    void say(std::string path, std::string body)
    {
        on(std::move(path), [body](auto const&) { return net::ServerResponse{200, {}, body}; });
    }
    std::vector<net::ServerRequest> asked(std::string const& path = "") const
    {
        std::scoped_lock const lock(mutex_);
        std::vector<net::ServerRequest> out;
        for (auto const& one : asked_)
            if (path.empty() || one.path == path) out.push_back(one);
        return out;
    }
    std::string url() const { return server_.url(); }

private:
    net::ServerResponse serve(net::ServerRequest const& request)
    {
        Answer answer;
        {
            std::scoped_lock const lock(mutex_);
            asked_.push_back(request);
            if (auto const it = answers_.find(request.path); it != answers_.end()) answer = it->second;
        }
        return answer ? answer(request) : net::ServerResponse{404, {}, R"({"error":"no such path"})"};
    }

    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::vector<net::ServerRequest> asked_;
    net::HttpServer server_{
        {.handler_threads = 8, .stop_grace = base::Milliseconds(0)},
        [this](net::ServerRequest const& request, std::stop_token const&) { return serve(request); }};
};

/// One item as the minimal spec reads it.
inline std::string item(std::string const& id, std::string const& more = "")
{
    return R"({"id":")" + id + R"(","url":"https://x.example/)" + id + R"(","title":"Item )" + id + "\"" + more + "}";
}
inline std::string items(std::vector<std::string> const& ids, std::string const& more = "")
{
    std::string out;
    for (auto const& id : ids) out += (out.empty() ? "" : ",") + item(id);
    return R"({"items":[)" + out + "]" + more + "}";
}

/// A spec called "x": what stands in `parts` replaces or joins the members of the smallest one.
inline std::string spec_text(std::string const& parts = "{}", std::string const& step_parts = "{}")
{
    auto step = base::parse_json(R"({"name":"search","gives":"items","request":{"path":"/search","parameters":[
        {"name":"q","value":"{query}"}]},"answer":{"container":"$.items","items":["$.items[*]"]},
        "fields":{"native_id":{"paths":["id"]},"url":{"paths":["url"]},"title":{"paths":["title"]},
                  "views":{"paths":["views"],"as":"count"},"published_at":{"paths":["at"],"as":"time"}}})",
                                 "step");
    auto const of_step = base::parse_json(step_parts, "step parts");
    for (auto const& member : of_step.as_object())
        step.as_object()[member.key()] = member.value();
    auto spec =
        base::parse_json(R"({"id":"x","title":"X","help":"h","terms":"t","endpoint":"https://api.x.example"})", "spec");
    spec.as_object()["steps"] = base::json::array{step};
    auto const of_spec = base::parse_json(parts, "parts");
    for (auto const& member : of_spec.as_object())
        spec.as_object()[member.key()] = member.value();
    return base::json::serialize(spec);
}

struct SourceCase : testing::Test {
    base::FixedClock clock{*base::parse_time("2026-05-06T12:00:00Z")};
    base::Random random{1};
    ScriptedPlatform platform;
    base::TemporaryFolder folder;
    net::HttpClient client{client_options(), clock, random};
    discovery::Options options;
    discovery::MemoryCredentials credentials;
    discovery::MemorySourceStore store;

    SourceCase() { options.endpoints = {{"x", platform.url()}}; }

    static net::ClientOptions client_options()
    {
        net::ClientOptions out;
        out.backoff_first = base::Milliseconds(1);
        return out;
    }

    std::unique_ptr<discovery::Scanner> scanner(std::string const& spec, discovery::Credentials* other = nullptr)
    {
        base::make_folder(folder.path() / "sources");
        base::write_file_atomic(folder.path() / "sources/x.json", spec);
        std::filesystem::copy_file(source_folder() / "catalog/ranking.json", folder.path() / "ranking.json",
                                   std::filesystem::copy_options::overwrite_existing);
        return std::make_unique<discovery::Scanner>(folder.path(), options, client, clock, other ? other : &credentials,
                                                    &store);
    }

    discovery::ScanRequest question(std::string const& niche = "rye bread") const
    {
        return {niche, *base::parse_time("2026-05-01T00:00:00Z"), 50, {"x"}};
    }
    discovery::ScanResult scan(std::string const& spec) { return scanner(spec)->scan(question()); }
    static std::string ids(discovery::ScanResult const& result)
    {
        std::vector<std::string> all;
        for (auto const& one : result.candidates) all.push_back(one.id.substr(2));
        std::sort(all.begin(), all.end());
        std::string out;
        for (auto const& id : all) out += (out.empty() ? "" : " ") + id;
        return out;
    }
};

} // namespace test
