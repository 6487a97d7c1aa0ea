#include "discovery/scan.h"
#include "source_case.h"

using discovery::CandidateKind;
using discovery::SourceCode;
using discovery::SourceStatus;
using net::ServerRequest;
using net::ServerResponse;
using test::items;
using test::spec_text;

struct WebSource : test::SourceCase {};

TEST_F(WebSource, values_of_a_step_lead_the_next_one_through_all_of_them)
{
    platform.say("/categories", R"({"data":[{"id":"7"},{"id":"9"},{"id":"7"}]})");
    platform.on("/clips", [](ServerRequest const& request) {
        auto const game = std::string(request.parameter("game"));
        return ServerResponse{200, {}, items({"a" + game, "b" + game})};
    });
    auto const spec = base::parse_json(spec_text("{}", R"({"name":"clips","each":"category.id",
        "request":{"path":"/clips","parameters":[{"name":"game","value":"{each}"},{"name":"first",
        "value":"{category.id}"}]}})"),
                                       "spec");
    auto text = base::json::serialize(spec);
    auto const first = R"({"name":"category","gives":"values","request":{"path":"/categories"},
        "answer":{"container":"$.data"},"values":{"id":{"paths":["$.data[*].id"]}}},)";
    text.insert(text.find(R"("steps":[)") + 9, first);
    EXPECT_EQ(ids(scan(text)), "a7 a9 b7 b9");
    EXPECT_EQ(platform.asked("/clips").at(1).parameter("first"), "7");
    platform.say("/categories", R"({"data":[]})");
    EXPECT_EQ(scan(text).sources.at(0).status, SourceStatus::Empty);
    platform.say("/categories", R"({"other":[]})");
    EXPECT_EQ(scan(text).sources.at(0).code, SourceCode::LayoutChanged);
}

TEST_F(WebSource, a_token_between_marks_of_a_page_opens_the_second_question)
{
    auto text = spec_text("{}", R"({"request":{"path":"/v.js","parameters":[{"name":"vqd","value":"{page.vqd}"}]}})");
    text.insert(
        text.find(R"("steps":[)") + 9,
        R"json({"name":"page","gives":"values","request":{"path":"/","parameters":[{"name":"q","value":"{query}"}]},
        "answer":{"format":"text"},"values":{"vqd":{"paths":["$"],"missing":"blocked","next_action":"wait an hour",
        "between":[{"after":"vqd=\"","before":"\""},{"after":"vqd='","before":"'"}]}}},)json");
    platform.on("/", [](auto const&) { return ServerResponse{200, {}, "<html>vqd='4-12'</html>", "text/html"}; });
    platform.say("/v.js", items({"a"}));
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_EQ(platform.asked("/v.js").at(0).parameter("vqd"), "4-12");
    platform.on("/", [](auto const&) { return ServerResponse{200, {}, "<html>robot?</html>", "text/html"}; });
    auto const report = scan(text).sources.at(0);
    EXPECT_EQ(report.code, SourceCode::Blocked);
    EXPECT_EQ(report.next_action, "wait an hour");
}

TEST_F(WebSource, pages_follow_a_cursor_as_long_as_the_platform_says_more)
{
    platform.on("/search", [](ServerRequest const& request) {
        auto const body = base::parse_json(request.body, "body").as_object();
        EXPECT_EQ(body.at("limit").as_int64(), 2);
        auto const at = body.contains("cursor") ? std::string(body.at("cursor").as_string()) : "0";
        EXPECT_EQ(body.contains("session"), at != "0");
        auto const more = at == "2" ? "false" : "true";
        return ServerResponse{
            200,
            {},
            items({"p" + at}, R"(,"cursor":)" + std::to_string(std::stoi(at) + 1) + R"(,"sid":"s","more":)" + more)};
    });
    auto const text = spec_text("{}", R"({"request":{"method":"post","path":"/search","json":{"words":"{query}",
        "limit":"{limit:number}","cursor":"{cursor}","session":"{session}"}},
        "paging":{"style":"cursor","carry":{"cursor":"$.cursor","session":"$.sid"},"more":"$.more","size_max":2,
        "pages_max":9}})");
    EXPECT_EQ(ids(scan(text)), "p0 p1 p2");
    EXPECT_EQ(platform.asked().size(), 3U);
}

TEST_F(WebSource, a_next_page_never_leads_to_another_host)
{
    platform.on("/search", [&](ServerRequest const& request) {
        auto const page = request.parameter("page");
        auto const next = page.empty() ? "http://somewhere.example/search?page=2" : "";
        return ServerResponse{
            200, {}, items({page.empty() ? "one" : "two"}, std::string(R"(,"next":")") + next + "\"")};
    });
    auto const text = spec_text("{}", R"({"paging":{"style":"next","next":"$.next","pages_max":5}})");
    EXPECT_EQ(ids(scan(text)), "one two"); // the operator's endpoint stands for the platform, path kept
    EXPECT_EQ(platform.asked().size(), 2U);
}

TEST_F(WebSource, details_come_in_batches_in_any_order_and_drop_what_is_gone)
{
    platform.say("/search", items({"a", "b", "c", "d"}));
    platform.on("/videos", [](ServerRequest const& request) {
        auto const asked = std::string(request.parameter("id"));
        EXPECT_TRUE(asked == "a,b,c" || asked == "d") << asked;
        return ServerResponse{200,
                              {},
                              asked == "d" ? R"({"items":[{"id":"d","views":"4"}]})"
                                           : R"({"items":[{"id":"c","views":"3"},{"id":"a","views":"1"}]})"};
    });
    auto text = spec_text();
    text.insert(text.rfind("]}"),
                R"(,{"name":"numbers","gives":"details","items_max":50,"batch":3,"join":"id","drop_missing":true,
        "request":{"path":"/videos","parameters":[{"name":"id","value":"{ids}"}]},
        "answer":{"container":"$.items","items":["$.items[*]"]},"fields":{"views":{"paths":["views"],"as":"count"}}})");
    auto const result = scan(text);
    EXPECT_EQ(ids(result), "a c d");
    for (auto const& one : result.candidates) EXPECT_EQ(one.views, one.id == "x:a" ? 1 : one.id == "x:c" ? 3 : 4);
}

TEST_F(WebSource, rows_beside_an_item_are_joined_to_it)
{
    platform.say("/search", R"({"items":[
        {"id":"1","text":"Fold it\nnot twice &amp; rest #Rye #bread","by":"u2","keys":["m9","m1"],"n":{"a":2,"b":3}},
        {"id":"2","text":"no video","by":"u1","keys":["m2"]}],
        "users":[{"id":"u1","name":"one"},{"id":"u2","name":"two"}],
        "media":[{"key":"m1","type":"video","ms":61500,"width":10},{"key":"m2","type":"photo"}]})");
    auto const text = spec_text("{}", R"json({"answer":{"container":"$.items","items":["$.items[*]"],
        "picks":[{"name":"user","rows":"$.users[*]","key":"id","equals":"by"},
                 {"name":"video","rows":"$.media[*]","key":"key","equals":"keys[*]","keep":[{"path":"type",
        "any_of":["video"]}]}],
        "let":{"tail":{"paths":["by"],"between":[{"after":"u"}]}},
        "keep":[{"path":"@video","exists":true}]},
        "fields":{"native_id":{"paths":["id"]},"url":{"compose":"https://x.example/{@user.name}/{@tail}/status/{id}"},
                  "title":{"paths":["text"],"as":"first_line"},"author":{"paths":["@user.name"]},
                  "duration_seconds":{"paths":["@video.ms"],"as":"milliseconds"},"tags":{"paths":["text"],
        "as":"hashtags"},
                  "shares":{"paths":["n.a","n.b"],"as":"count","sum":true},"kind":{"value":"post"},
                  "license":{"value":"cc-by"}}})json");
    auto const result = scan(text);
    ASSERT_EQ(result.candidates.size(), 1U);
    auto const& one = result.candidates[0];
    EXPECT_EQ(one.url, "https://x.example/two/2/status/1");
    EXPECT_EQ(one.title, "Fold it");
    EXPECT_EQ(one.author, "two");
    EXPECT_EQ(one.duration_seconds, 61.5);
    EXPECT_EQ(one.tags, (std::vector<std::string>{"Rye", "bread"}));
    EXPECT_EQ(one.shares, 5);
    EXPECT_EQ(one.kind, CandidateKind::Post);
    EXPECT_EQ(one.license, "cc-by");
    EXPECT_FALSE(one.views);
}

TEST_F(WebSource, pages_and_feeds_are_read_by_xpath)
{
    auto const html = R"json({"answer":{"format":"html","container":"//title",
        "items":["//li[contains(@class,'entry')] | //x-card"]},
        "fields":{"native_id":{"paths":[".//a/@data-id","@video-id"]},"url":{"paths":[".//a/@href","@href"],
        "base":"https://x.example/v/"},
                  "title":{"paths":[".//h3","@title"]},"views":{"paths":[".//span[@class='views']","@views"],
        "as":"count"}}})json";
    platform.on("/search", [](auto const&) {
        return ServerResponse{
            200,
            {},
            R"(<!doctype html><title>Results</title><ul><li class="entry"><a href="../clip-1" data-id="c1">
            <h3>Rye &amp; oats</h3></a><span class="views">6,608</span>
            <li class="ad">x</ul><x-card video-id="c2" title="Two" href="//x.example/c2">)",
            "text/html"};
    });
    auto const result = scan(spec_text("{}", html));
    ASSERT_EQ(ids(result), "c1 c2");
    for (auto const& one : result.candidates) {
        EXPECT_EQ(one.views, one.id == "x:c1" ? std::optional<std::int64_t>(6608) : std::nullopt);
        EXPECT_EQ(one.url, one.id == "x:c1" ? "https://x.example/clip-1" : "https://x.example/c2");
    }
    platform.on("/search", [](auto const&) { return ServerResponse{200, {}, "<title>Results</title>", "text/html"}; });
    EXPECT_EQ(scan(spec_text("{}", html)).sources.at(0).status, SourceStatus::Empty);
    platform.on("/search", [](auto const&) {
        return ServerResponse{200, {}, "<title>R</title><li class='entry'>renamed", "text/html"};
    });
    EXPECT_EQ(scan(spec_text("{}", html)).sources.at(0).code, SourceCode::LayoutChanged);

    auto const xml =
        R"json({"answer":{"format":"xml","namespaces":{"t":"https://t.example/rss"},"container":"/rss/channel",
        "items":["/rss/channel/item"]},
        "fields":{"native_id":{"compose":"{title} {pubDate}","as":"hash"},"url":{"paths":["t:news/t:url"]},
        "title":{"paths":["title"]},
                  "views":{"paths":["t:traffic"],"as":"count"},"published_at":{"paths":["pubDate"],
        "as":"rfc2822"}}})json";
    platform.on("/search", [](auto const&) {
        return ServerResponse{
            200,
            {},
            R"(<rss xmlns:h="https://t.example/rss"><channel><item><title>rye</title><h:traffic>2000+</h:traffic>
            <pubDate>Tue, 5 May 2026 08:00:00 -0700</pubDate>
            <h:news><h:url>https://n.example/1</h:url></h:news></item></channel></rss>)",
            "application/xml"};
    });
    auto const topics = scan(spec_text(R"({"candidate_kind":"topic"})", xml));
    ASSERT_EQ(topics.candidates.size(), 1U);
    EXPECT_EQ(topics.candidates[0].views, 2000);
    EXPECT_EQ(topics.candidates[0].kind, CandidateKind::Topic);
    EXPECT_EQ(base::format_time(topics.candidates[0].published_at.value()), "2026-05-05T15:00:00Z");
}

TEST_F(WebSource, json_within_a_page_is_read_as_json)
{
    platform.on("/search", [](auto const&) {
        return ServerResponse{200, {}, "<html><script id='data'>" + items({"a"}) + "</script></html>", "text/html"};
    });
    auto const text =
        spec_text("{}",
                  R"json({"answer":{"format":"html","embedded":"//script[@id='data']","container":"$.items",
        "items":["$.items[*]"]}})json");
    EXPECT_EQ(ids(scan(text)), "a");
    platform.on("/search", [](auto const&) { return ServerResponse{200, {}, "<html>moved</html>", "text/html"}; });
    EXPECT_EQ(scan(text).sources.at(0).code, SourceCode::LayoutChanged);
}

TEST_F(WebSource, times_are_told_in_the_platforms_own_form)
{
    platform.say("/search", items({}));
    auto const ask = [&](std::string const& since, std::string const& pattern) {
        auto const one = scanner(spec_text(
            since, R"({"request":{"path":"/search","parameters":[{"name":"t","value":")" + pattern + R"("}]}})"));
        one->scan(question());
        return std::string(platform.asked().back().parameter("t"));
    };
    EXPECT_EQ(ask("{}", "{since_iso}|{since_compact}|{since_epoch}|{since_date}"),
              "2026-05-01T00:00:00Z|20260501|1777593600|2026-05-01");
    EXPECT_EQ(ask("{}", "{since_snowflake}"), std::to_string(1777593600000ULL << 16U));
    EXPECT_EQ(ask(R"({"since":{"until_lag_seconds":30}})", "{until_iso_ms}"), "2026-05-06T11:59:30.000Z");
    auto const buckets =
        R"({"since":{"buckets":[{"hours":0,"value":"all"},{"hours":24,"value":"day"},{"hours":168,"value":"week"}]}})";
    EXPECT_EQ(ask(buckets, "{since_bucket}"), "week");
    EXPECT_EQ(ask("{}", "{query_hashtag}|{query_slug}|{region_lower}-{language}"), "ryebread|rye-bread|us-en");
    auto const narrow = R"({"since":{"window_days":3}})";
    EXPECT_EQ(ask(narrow, "{since_iso}"), "2026-05-03T12:01:00Z");
    EXPECT_EQ(scan(spec_text(narrow)).sources.at(0).reason, "the platform looks back 3 days only");
    // Rounded for the cache, and never past the edge.
    scan(spec_text(narrow, R"({"cache_seconds":600,"request":{"path":"/search","parameters":[
        {"name":"t","value":"{since_iso}"}]}})"));
    EXPECT_EQ(platform.asked().back().parameter("t"), "2026-05-03T12:10:00Z");
}

TEST_F(WebSource, items_that_are_too_old_are_left_out_whatever_the_platform_does)
{
    platform.say("/search",
                 R"({"items":[{"id":"old","url":"https://x.example/o","title":"o","at":"2026-04-30T23:59:59Z"},
        {"id":"new","url":"https://x.example/n","title":"n","at":"2026-05-01T00:00:00Z"},
        {"id":"undated","url":"https://x.example/u","title":"u"}]})");
    EXPECT_EQ(ids(scan(spec_text())), "new undated");
}

TEST_F(WebSource, errors_are_told_apart_by_status_body_header_and_kind)
{
    auto const rules = R"({"errors":[
        {"status":[403,429],"when":[{"path":"$.error.reason","any_of":["quotaExceeded"]}],"code":"quota",
        "reset":[{"form":"midnight_pacific"}],"reason":"$.error.text"},
        {"when":[{"path":"$.error.code","any_of":["24"]}],"empty":true},
        {"when":[{"path":"$.error.code","none_of":["ok"]}],"code":"bad_input"},
        {"content_type":"text/html","contains":"just a moment","code":"blocked","reset":[{"form":"fixed",
        "seconds":3600}],"next_action":"wait"}],
        "limits":{"reset":[{"form":"seconds_left","header":"X-Left"}],"breaker":{"failures":100}}})";
    auto const report = [&](ServerResponse const& answer) {
        platform.on("/search", [answer](auto const&) { return answer; });
        store.save({}, {});
        discovery::MemorySourceStore fresh;
        discovery::Scanner one(folder.path(), options, client, clock, &credentials, &fresh);
        return one.scan(question()).sources.at(0);
    };
    scanner(spec_text(rules));
    auto const quota = report({403, {}, R"({"error":{"reason":"quotaExceeded","text":"no more"}})"});
    EXPECT_EQ(quota.code, SourceCode::Quota);
    EXPECT_EQ(quota.reason, "X: no more");
    EXPECT_EQ(quota.next_action, "ask again in 19 h 00 min"); // California is seven hours behind
    EXPECT_EQ(report({400, {}, R"({"error":{"code":24}})"}).status, SourceStatus::Empty);
    EXPECT_EQ(report({200, {}, R"({"error":{"code":"invalid"}})"}).code, SourceCode::BadInput);
    EXPECT_EQ(report({200, {}, R"({"error":{"code":"ok"},"items":[]})"}).status, SourceStatus::Empty);
    auto const blocked = report({503, {}, "<html>Just a moment...</html>", "text/html; charset=utf-8"});
    EXPECT_EQ(blocked.code, SourceCode::Blocked);
    EXPECT_EQ(blocked.next_action, "wait");
    EXPECT_EQ(report({429, {{"X-Left", "90"}, {"Retry-After", "600"}}, ""}).next_action, "ask again in 10 min 00 s");
    EXPECT_EQ(report({429, {{"X-Left", "90.0"}}, "{}"}).next_action, "ask again in 1 min 30 s");
    EXPECT_EQ(report({404, {}, "{}"}).code, SourceCode::BadAnswer);
    EXPECT_EQ(report({200, {}, "<html>consent</html>"}).code, SourceCode::Blocked);
    EXPECT_EQ(report({200, {}, R"({"items":{"0":1}})"}).code, SourceCode::LayoutChanged);
}

TEST_F(WebSource, one_part_that_fails_costs_that_part)
{
    platform.say("/search", items({"a"}));
    auto text = spec_text();
    auto second = spec_text("{}", R"({"name":"other","request":{"path":"/broken"}})");
    auto const begin = second.find(R"("steps":[)") + 9;
    text.insert(text.rfind("]}"), "," + second.substr(begin, second.rfind("]}") - begin));
    auto const result = scan(text);
    EXPECT_EQ(ids(result), "a");
    EXPECT_EQ(result.sources.at(0).status, SourceStatus::Partial);
    EXPECT_EQ(result.sources.at(0).code, SourceCode::BadAnswer);
}

TEST_F(WebSource, a_list_in_a_setting_is_gone_through_and_a_missing_one_is_named)
{
    auto const text =
        spec_text(R"({"settings":{"pages":{"setting":"source.x_pages","help":"pages to follow","required":true}}})",
                  R"({"each":"setting.pages","request":{"path":"/{each}/videos"}})");
    auto const report = scan(text).sources.at(0);
    EXPECT_EQ(report.status, SourceStatus::Unavailable);
    EXPECT_EQ(report.reason, "source.x_pages is not set");
    options.settings["source.x_pages"] = "one, t/wo";
    platform.say("/one/videos", items({"a"}));
    platform.say("/t/wo/videos", items({"b"}));
    EXPECT_EQ(ids(scan(text)), "a b");
}
