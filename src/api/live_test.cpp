// The hub over real sockets: who hears what, in what order, and what happens to those who are slow or strangers.
#include "api/live/feed.h"
#include "api/live/listener.h"
#include "api_case.h"
#include "websocket_client.h"

using test::WebSocketClient;

class LiveHub : public test::ApiCase {
protected:
    net::HttpServer server{{.network_threads = 2}, [this](net::ServerRequest const& request, std::stop_token const&) {
                               return dispatcher(request);
                           }};

    /// Signed in, and listening to these.
    std::unique_ptr<WebSocketClient> listen(std::string const& who, std::string const& topics)
    {
        auto listener = std::make_unique<WebSocketClient>(server.port(), "/api/v1/ws");
        EXPECT_TRUE(listener->open()) << listener->answer();
        listener->send(R"({"token":")" + who + R"(","subscribe":[)" + topics + "]}");
        EXPECT_EQ(next(*listener).at("event").as_string(), "ready");
        for (auto rest = std::ranges::count(topics, ',') + 1; rest > 0 && !topics.empty(); --rest)
            EXPECT_EQ(next(*listener).at("event").as_string(), "subscribed");
        return listener;
    }
    static base::json::value next(WebSocketClient& client)
    {
        auto const text = client.read_text();
        EXPECT_NE(text, "") << "the connection ended";
        return text.empty() ? base::json::value(base::json::object()) : base::parse_json(text, "event");
    }
    /// "jobs progress {...}"
    static std::string heard(WebSocketClient& client)
    {
        auto const event = next(client);
        return std::string(event.at("topic").as_string()) + " " + std::string(event.at("event").as_string()) + " " +
               base::json::serialize(event.at("data"));
    }
};

TEST_F(LiveHub, each_hears_of_their_own_and_all_of_what_is_shared)
{
    auto const ada = listen("ada", R"("jobs","telemetry")");
    auto const eve = listen("eve", R"("jobs","telemetry")");
    hub.publish("jobs", "local", "state", R"({"id":"1"})");
    hub.publish("jobs", "eve", "state", R"({"id":"2"})");
    hub.publish("telemetry", "", "sample", R"({"cpu":1})");
    EXPECT_EQ(heard(*ada), R"(jobs state {"id":"1"})");
    EXPECT_EQ(heard(*ada), R"(telemetry sample {"cpu":1})");
    EXPECT_EQ(heard(*eve), R"(jobs state {"id":"2"})");
    EXPECT_EQ(heard(*eve), R"(telemetry sample {"cpu":1})");
}

TEST_F(LiveHub, the_bus_of_the_workers_reaches_the_owner_alone)
{
    auto const ada = listen("ada", R"("jobs")");
    api::live::Feed const feed(bus, hub, log);
    bus.publish("jobs.queued", R"({"id":"1","pool":"network"})"); // among workers
    bus.publish("jobs.progress", R"({"id":"2","owner_id":"eve","progress":0.5})");
    bus.publish("jobs.progress", "not JSON");
    bus.publish("nothing.known", R"({"owner_id":"local"})");
    bus.publish("jobs.\xFF\n", R"({"id":"4","owner_id":"local"})"); // not what a WebSocket may carry
    bus.publish("jobs.progress", R"({"id":"3","owner_id":"local","progress":0.5})");
    EXPECT_EQ(heard(*ada), R"(jobs progress {"id":"3","progress":5E-1})");
}

TEST_F(LiveHub, who_comes_back_gets_what_they_missed_and_no_more)
{
    hub.publish("jobs", "local", "state", "1");
    auto first = listen("ada", R"("jobs")");
    hub.publish("jobs", "local", "state", "2");
    auto const seen = next(*first).at("sequence").as_int64();
    first.reset();
    hub.publish("jobs", "local", "state", "3");
    hub.publish("jobs", "local", "state", "4");
    auto const again = listen("ada", "");
    again->send(R"({"subscribe":["jobs"],"origin":"test","since":{"jobs":)" + std::to_string(seen) + "}}");
    EXPECT_EQ(next(*again).at("event").as_string(), "subscribed");
    EXPECT_EQ(heard(*again), "jobs state 3");
    EXPECT_EQ(heard(*again), "jobs state 4");
    hub.publish("jobs", "local", "state", "5");
    EXPECT_EQ(heard(*again), "jobs state 5");
}

TEST_F(LiveHub, who_was_away_too_long_is_told_so)
{
    auto const limit = static_cast<int>(api::live::HubLimits{}.replay_events_max);
    for (int i = 0; i < limit + 10; ++i) hub.publish("jobs", "local", "state", std::to_string(i));
    auto const late = listen("ada", "");
    late->send(R"({"subscribe":["jobs"],"since":{"jobs":4}})");
    EXPECT_EQ(next(*late).at("event").as_string(), "subscribed");
    EXPECT_EQ(heard(*late), R"(jobs missed {"from":5,"to":10,"next_action":"read the list again"})");
    EXPECT_EQ(heard(*late), "jobs state 10");
    auto const stranger = listen("ada", "");
    stranger->send(R"({"subscribe":["jobs"],"origin":"another process","since":{"jobs":4}})");
    EXPECT_EQ(next(*stranger).at("event").as_string(), "subscribed");
    EXPECT_EQ(heard(*stranger), R"(jobs missed {"from":null,"to":null,"next_action":"read the list again"})");
}

TEST_F(LiveHub, a_slow_reader_costs_nothing_and_catches_up)
{
    auto const slow = listen("ada", R"("jobs")");
    auto const quick = listen("ada", R"("jobs")");
    auto const big = '"' + std::string(20'000, 'x') + '"';
    int const count = 1000; // 20 MB: more than socket, queue and replay hold
    std::int64_t last = 0;
    for (int i = 0; i < count; ++i) {
        hub.publish("jobs", "local", "state", big);
        last = next(*quick).at("sequence").as_int64();
    }
    std::int64_t at = 0;
    int missed = 0;
    while (at < last) {
        auto const event = next(*slow);
        auto const sequence = event.at("sequence").as_int64();
        if (event.at("event").as_string() == "missed") {
            ++missed;
            EXPECT_EQ(event.at("data").at("from").as_int64(), at + 1) << "a gap is named from its begin";
        } else {
            EXPECT_EQ(sequence, at + 1) << "a gap that nobody named";
        }
        at = sequence;
    }
    EXPECT_GE(missed, 1);
    EXPECT_EQ(at, last);
}

TEST_F(LiveHub, events_that_were_lost_on_the_way_are_a_gap_for_all)
{
    auto const ada = listen("ada", R"("jobs")");
    hub.skip();
    EXPECT_EQ(next(*ada).at("event").as_string(), "missed");
    hub.publish("jobs", "local", "state", "1");
    EXPECT_EQ(heard(*ada), "jobs state 1");
}

TEST_F(LiveHub, strangers_hear_nothing)
{
    WebSocketClient nobody(server.port(), "/api/v1/ws");
    nobody.send(R"({"subscribe":["jobs"]})");
    EXPECT_EQ(next(nobody).at("data").at("code").as_string(), "forbidden");
    nobody.send(R"({"token":"invented"})");
    EXPECT_EQ(nobody.read_close(), 4401);
    while (hub.connections() > 0) std::this_thread::yield(); // or what is counted next might still be that one
    WebSocketClient silent(server.port(), "/api/v1/ws");
    while (hub.connections() < 1) std::this_thread::yield();
    clock.advance(std::chrono::seconds(11));
    while (hub.connections() > 0) {
        hub.sweep();
        silent.read();
    }
    WebSocketClient const ticket(server.port(), "/api/v1/ws?ticket=invented");
    EXPECT_TRUE(ticket.answer().starts_with("HTTP/1.1 403 ")) << ticket.answer();
}

TEST_F(LiveHub, who_loses_the_right_is_sent_away)
{
    auto const eve = listen("eve", R"("jobs")");
    people.erase("eve");
    clock.advance(std::chrono::minutes(2));
    hub.sweep();
    EXPECT_EQ(eve->read_close(), 4401);
}

TEST_F(LiveHub, a_tokens_scopes_hold_for_topics_too)
{
    people["phone"] = {"local", "phone", accounts::Role::Viewer, accounts::PrincipalKind::ApiToken, "t", {"jobs:read"}};
    auto const phone = listen("phone", R"("jobs")");
    phone->send(R"({"subscribe":["posts"]})");
    EXPECT_EQ(next(*phone).at("data").at("code").as_string(), "forbidden");
}

TEST_F(LiveHub, odd_messages_are_answered_and_change_nothing)
{
    auto const ada = listen("ada", R"("jobs")");
    for (auto const* text : {"", "null", "[]", "{", R"({"subscribe":"jobs"})", R"({"subscribe":["nothing"]})",
                             R"({"subscribe":["nexus"]})", R"({"subscribe":["nexus:../x"]})",
                             R"({"subscribe":["jobs:1"]})", R"({"unknown":1})", R"({"since":{"jobs":"x"}})"}) {
        ada->send(text);
        EXPECT_EQ(next(*ada).at("data").at("code").as_string(), "invalid_input") << text;
    }
    std::string many = R"({"subscribe":[)";
    for (int i = 0; i < 40; ++i) many += (i > 0 ? "," : "") + fmt::format(R"("nexus:{}")", i);
    ada->send(many + "]}");
    while (next(*ada).at("event").as_string() == "subscribed") continue; // then comes the limit
    hub.publish("jobs", "local", "state", "1");
    EXPECT_EQ(heard(*ada), "jobs state 1");
}

TEST_F(LiveHub, streams_that_nobody_follows_are_forgotten_and_their_numbers_are_not)
{
    api::live::Hub small(clock, "test", {}, {.streams_max = 3});
    for (int i = 0; i < 10; ++i) small.publish("jobs", "user" + std::to_string(i), "state", "1");
    EXPECT_EQ(small.streams(), 3U);
}

TEST(LiveMeasure, what_the_system_does_not_say_is_null)
{
    base::TemporaryFolder const nothing;
    auto const counters = api::live::read_counters(nothing.path());
    auto const cpu = api::live::measure_cpu(counters, counters, nothing.path());
    EXPECT_FALSE(cpu.percent);
    EXPECT_FALSE(cpu.load_1m);
    EXPECT_FALSE(api::live::measure_memory(nothing.path()).total_bytes);
    EXPECT_FALSE(api::live::measure_network(counters, counters).sent_bytes_per_second);
    EXPECT_EQ(base::to_json(api::live::measure_network(counters, counters)),
              R"({"received_bytes_per_second":null,"sent_bytes_per_second":null})");
}

TEST(LiveMeasure, rates_are_what_was_added_between_two_looks)
{
    base::TemporaryFolder const proc;
    auto const write = [&](std::string const& name, std::string const& text) {
        base::make_folder((proc.path() / name).parent_path());
        base::write_file_atomic(proc.path() / name, text);
    };
    std::string const head = "Inter-|   Receive\n face |bytes\n    lo: 999 0 0 0 0 0 0 0 999 0 0 0 0 0 0 0\n";
    write("stat", "cpu 100 0 100 800 0 0 0 0 0 0\n");
    write("net/dev", head + "  eth0: 1000 0 0 0 0 0 0 0 500 0 0 0 0 0 0 0\n");
    auto before = api::live::read_counters(proc.path());
    write("stat", "cpu 150 0 150 900 0 0 0 0 0 0\n");
    write("net/dev", head + "  eth0: 3000 0 0 0 0 0 0 0 1500 0 0 0 0 0 0 0\n");
    write("meminfo", "MemTotal:  1000 kB\nMemAvailable:  400 kB\n");
    auto now = api::live::read_counters(proc.path());
    now.at = before.at + std::chrono::seconds(2);
    EXPECT_EQ(api::live::measure_cpu(before, now, proc.path()).percent, 50.0);
    EXPECT_EQ(api::live::measure_network(before, now).received_bytes_per_second, 1000.0);
    EXPECT_EQ(api::live::measure_network(before, now).sent_bytes_per_second, 500.0);
    EXPECT_EQ(api::live::measure_memory(proc.path()).available_bytes, 400 * 1024);
    EXPECT_FALSE(api::live::measure_network(now, before).sent_bytes_per_second) << "a counter that began anew";
}

class LiveTelemetry : public test::ApiCase {};

TEST_F(LiveTelemetry, the_queue_is_counted_and_renders_are_null_where_there_were_none)
{
    store::Job job;
    job.id = ids.next();
    job.owner_id = "local";
    job.kind = "demo";
    job.reason_code = "new";
    job.created_at = job.updated_at = clock.now();
    job.run_at = clock.now() - std::chrono::seconds(30);
    database.transaction([&](store::Connection& connection) { store::insert_job(connection, job); });
    auto const sample = telemetry.sample();
    ASSERT_TRUE(sample.queue && sample.render);
    EXPECT_EQ(sample.queue->queued, 1);
    EXPECT_EQ(sample.queue->oldest_due_seconds, 30.0);
    EXPECT_EQ(sample.render->clips, 0);
    EXPECT_FALSE(sample.render->speed_x);
    auto const text = call("/metrics").body;
    EXPECT_NE(text.find("ettametta_jobs_queued 1"), std::string::npos) << text;
    EXPECT_EQ(text.find("ettametta_render_speed_x"), std::string::npos);
    EXPECT_EQ(status_as("vic", "/metrics"), 403);
    EXPECT_EQ(status_as("machine", "/metrics"), 200);
    EXPECT_EQ(status_as("vic", "/api/v1/system/telemetry"), 200);
}
