#include "bus/nats_bus.h"

#include "nats_server.h"
#include "support.h"

using namespace std::chrono_literals;

static base::SystemClock const the_clock;
static constexpr auto patience = 30s;

class NatsBusTest : public testing::Test {
protected:
    static bus::NatsOptions options(std::string urls)
    {
        bus::NatsOptions out{.urls = std::move(urls)};
        out.reconnect_wait = 20ms;
        out.ping_every = 100ms;
        return out;
    }
    /// Messages may be lost, so whoever wants to know whether there is a way through says it again.
    static bool reaches(bus::Bus& from, bus::Subscription& to, std::string const& text)
    {
        auto const until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            from.publish("jobs.queued", text);
            auto const message = to.wait({}, 20ms);
            if (message && message->json == text) return true;
        }
        return false;
    }
    static std::string awaited(bus::Subscription& subscription)
    {
        auto const message = subscription.wait({}, patience);
        return message ? message->topic + " " + message->json : "none";
    }
    /// What is wrong, once it is what the test waits for; "" waits until nothing is.
    static std::string trouble_of(bus::Bus const& bus, std::string const& wanted)
    {
        auto const until = std::chrono::steady_clock::now() + patience;
        auto const is_there = [&] {
            return wanted.empty() ? bus.trouble().empty() : bus.trouble().find(wanted) != std::string::npos;
        };
        while (!is_there() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
        return bus.trouble();
    }

    base::Log log_{the_clock, base::LogLevel::Off};
};

TEST_F(NatsBusTest, a_message_reaches_other_processes_and_comes_back_to_its_own_once)
{
    test::NatsServer const server;
    bus::NatsBus one(options(server.url()), log_);
    bus::NatsBus other(options(server.url()), log_);
    auto const near = one.subscribe("*");
    auto const far = other.subscribe("jobs.*");
    auto const elsewhere = other.subscribe("post*");
    ASSERT_TRUE(reaches(one, *far, R"({"warm":1})"));
    while (near->wait({}, 0ms)) continue;
    while (far->wait({}, 50ms)) continue;
    one.publish("posts.sent", "1");
    one.publish("jobs.done", "2");
    one.publish("jobs.done", "3");
    EXPECT_EQ(awaited(*far), "jobs.done 2");
    EXPECT_EQ(awaited(*far), "jobs.done 3");
    EXPECT_EQ(awaited(*elsewhere), "posts.sent 1");
    EXPECT_EQ(awaited(*near), "posts.sent 1");
    EXPECT_EQ(awaited(*near), "jobs.done 2");
    EXPECT_EQ(awaited(*near), "jobs.done 3");
    EXPECT_FALSE(near->wait({}, 50ms)) << "an echo";
    EXPECT_EQ(one.trouble(), "");
}

TEST_F(NatsBusTest, installations_with_other_prefixes_hear_nothing_of_each_other)
{
    test::NatsServer const server;
    bus::NatsBus ours(options(server.url()), log_);
    bus::NatsBus our_reader(options(server.url()), log_);
    auto strangers = options(server.url());
    strangers.prefix = "others";
    bus::NatsBus stranger(strangers, log_);
    auto const heard = stranger.subscribe("*");
    auto const ours_heard = our_reader.subscribe("*");
    ASSERT_TRUE(reaches(ours, *ours_heard, "1"));
    ASSERT_EQ(trouble_of(stranger, ""), "");
    EXPECT_FALSE(heard->wait({}, 50ms));
}

TEST_F(NatsBusTest, without_a_server_the_process_works_on_and_meets_others_once_it_is_there)
{
    auto const port = test::free_port();
    auto const url = fmt::format("nats://127.0.0.1:{}", port);
    bus::NatsBus one(options(url), log_);
    bus::NatsBus other(options(url), log_);
    auto const near = one.subscribe("*");
    auto const far = other.subscribe("*");
    one.publish("t", "1");
    EXPECT_EQ(awaited(*near), "t 1");
    EXPECT_NE(one.trouble(), "");
    test::NatsServer const server("", "one", port);
    EXPECT_TRUE(reaches(one, *far, R"("here")"));
    EXPECT_EQ(trouble_of(one, ""), "");
}

TEST_F(NatsBusTest, a_killed_server_is_asked_again_until_it_is_back)
{
    test::NatsServer server;
    bus::NatsBus one(options(server.url()), log_);
    bus::NatsBus other(options(server.url()), log_);
    auto const far = other.subscribe("jobs.*");
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(reaches(one, *far, fmt::format(R"("round {}")", round)));
        server.kill();
        EXPECT_NE(trouble_of(one, "NATS"), "");
        for (int i = 0; i < 10'000; ++i) one.publish("jobs.queued", R"("while it is away")"); // bounded, and no waiting
        server.start();
    }
    ASSERT_TRUE(reaches(one, *far, R"("the end")"));
    EXPECT_GT(one.stats().dropped, 0U);
    EXPECT_GE(one.stats().reconnects, 1U);
}

TEST_F(NatsBusTest, a_frozen_server_is_noticed_and_never_waited_for)
{
    test::NatsServer server;
    bus::NatsBus one(options(server.url()), log_);
    auto const near = one.subscribe("*");
    ASSERT_EQ(trouble_of(one, ""), "");
    server.freeze();
    std::string const large = "\"" + std::string(60'000, 'x') + "\"";
    for (int i = 0; i < 1'000; ++i) one.publish("t", large); // more than any socket takes
    EXPECT_EQ(near->wait({}, 0ms)->json, large);
    EXPECT_NE(trouble_of(one, "NATS"), "");
    server.thaw();
}

TEST_F(NatsBusTest, a_cluster_of_three_carries_on_while_each_node_dies_in_turn)
{
    test::NatsCluster cluster;
    bus::NatsBus one(options(cluster.urls()), log_);
    bus::NatsBus other(options(cluster.urls()), log_);
    auto const far = other.subscribe("jobs.*");
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(reaches(one, *far, fmt::format(R"("before {}")", round)));
        cluster.nodes[static_cast<std::size_t>(round)]->kill();
        ASSERT_TRUE(reaches(one, *far, fmt::format(R"("after {}")", round)));
        cluster.nodes[static_cast<std::size_t>(round)]->start();
    }
}

TEST_F(NatsBusTest, tls_is_verified_against_the_host)
{
    base::TemporaryFolder const folder;
    base::TemporaryFolder const other_folder;
    test::Certificate const certificate(folder.path());
    test::Certificate const wrong(other_folder.path(), "DNS:elsewhere.example");
    auto const tls = [](test::Certificate const& of) {
        return fmt::format("tls {{ cert_file: \"{}\"\n key_file: \"{}\" }}", of.file, of.key);
    };
    test::NatsServer const server(tls(certificate));
    test::NatsServer const impostor(tls(wrong));
    auto trusting = options(server.url("tls://"));
    trusting.ca_file = certificate.file;
    bus::NatsBus one(trusting, log_);
    bus::NatsBus other(trusting, log_);
    auto const far = other.subscribe("*");
    EXPECT_TRUE(reaches(one, *far, "1"));

    bus::NatsBus const distrustful(options(server.url("tls://")), log_);
    EXPECT_NE(trouble_of(distrustful, "SSL"), "");
    auto deceived = options(impostor.url("tls://"));
    deceived.ca_file = wrong.file;
    bus::NatsBus const by_name(deceived, log_);
    EXPECT_NE(trouble_of(by_name, "SSL").find("SSL"), std::string::npos) << "its certificate is for another host";
    deceived.tls_name = "elsewhere.example";
    bus::NatsBus named(deceived, log_);
    bus::NatsBus named_other(deceived, log_);
    auto const there = named_other.subscribe("*");
    EXPECT_TRUE(reaches(named, *there, "1"));
}

TEST_F(NatsBusTest, users_may_do_what_they_are_permitted_and_a_refusal_is_told)
{
    test::NatsServer const server(R"(authorization { users: [
        { user: worker, password: "p w",
          permissions: { publish: "ettametta.jobs.>", subscribe: "ettametta.>" } } ] })");
    auto allowed = options(server.url());
    allowed.user = "worker";
    allowed.password = "p w";
    bus::NatsBus one(allowed, log_);
    bus::NatsBus other(allowed, log_);
    auto const far = other.subscribe("*");
    EXPECT_TRUE(reaches(one, *far, "1"));
    one.publish("posts.sent", "2");
    EXPECT_NE(trouble_of(one, "Permissions Violation").find("Permissions Violation"), std::string::npos);
    EXPECT_TRUE(reaches(one, *far, "3")) << "what is permitted still goes through";

    auto wrong = allowed;
    wrong.password = "guess";
    bus::NatsBus const stranger(wrong, log_);
    EXPECT_NE(trouble_of(stranger, "uthorization").find("uthorization"), std::string::npos) << stranger.trouble();
}

TEST_F(NatsBusTest, what_strangers_send_is_dropped_unless_it_is_short_json)
{
    test::NatsServer const server;
    bus::NatsBus reader(options(server.url()), log_);
    auto const heard = reader.subscribe("*");
    bus::NatsBus writer(options(server.url()), log_);
    ASSERT_TRUE(reaches(writer, *heard, "0"));
    while (heard->wait({}, 50ms)) continue;
    auto const send = [&](std::string const& text) { writer.publish("t", text); }; // not checked on its way out
    send("{broken");
    send(std::string(5'000, '['));
    send("\xff\xfe");
    send(R"({"good":true})");
    EXPECT_EQ(awaited(*heard), R"(t {"good":true})");
    EXPECT_EQ(reader.stats().refused, 3U);
}

TEST_F(NatsBusTest, a_subscription_may_outlive_the_bus)
{
    test::NatsServer const server;
    auto bus = std::make_unique<bus::NatsBus>(options(server.url()), log_);
    auto const subscription = bus->subscribe("*");
    bus->publish("t", "1");
    bus.reset();
    EXPECT_EQ(awaited(*subscription), "t 1");
    EXPECT_FALSE(subscription->wait({}, 0ms));
}

TEST_F(NatsBusTest, options_that_make_no_sense_are_named)
{
    auto const refused = [&](bus::NatsOptions const& wrong) {
        return test::error_of([&] { bus::NatsBus const bus(wrong, log_); });
    };
    EXPECT_EQ(refused(options("")).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(refused(options("http://127.0.0.1")).code, base::ErrorCode::InvalidInput);
    auto wrong = options("nats://127.0.0.1:1");
    wrong.prefix = "a b";
    EXPECT_NE(std::string(refused(wrong).what()).find("bus.prefix"), std::string::npos);
    wrong = options("tls://127.0.0.1:1");
    wrong.ca_file = "/nowhere/ca.pem";
    EXPECT_NE(std::string(refused(wrong).what()).find("/nowhere/ca.pem"), std::string::npos);
    bus::NatsBus bus(options("nats://127.0.0.1:1"), log_);
    EXPECT_EQ(test::error_of([&] { bus.publish("a b", "1"); }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { bus.publish("t", std::string(70'000, '1')); }).code, base::ErrorCode::InvalidInput);
}
