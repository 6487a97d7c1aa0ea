#include "bus/memory_bus.h"
#include "support.h"

#include <latch>
#include <thread>

using namespace std::chrono_literals;

static std::string next(bus::Subscription& subscription)
{
    auto const message = subscription.wait({}, 0ms);
    return message ? message->topic + " " + message->json : "none";
}

TEST(MemoryBus, a_message_reaches_all_that_asked_for_its_topic)
{
    bus::MemoryBus bus;
    auto const exact = bus.subscribe("jobs.done");
    auto const prefix = bus.subscribe("jobs.*");
    auto const all = bus.subscribe("*");
    bus.publish("jobs.done", "1");
    bus.publish("jobs.queued", "2");
    bus.publish("posts", "3");
    EXPECT_EQ(next(*exact), "jobs.done 1");
    EXPECT_EQ(next(*exact), "none");
    EXPECT_EQ(next(*prefix), "jobs.done 1");
    EXPECT_EQ(next(*prefix), "jobs.queued 2");
    EXPECT_EQ(next(*prefix), "none");
    EXPECT_EQ(next(*all), "jobs.done 1");
    EXPECT_EQ(next(*all), "jobs.queued 2");
    EXPECT_EQ(next(*all), "posts 3");
}

TEST(MemoryBus, a_slow_subscriber_loses_the_oldest_and_is_told)
{
    bus::MemoryBus bus;
    auto const slow = bus.subscribe("*", 2);
    for (auto const* text : {"1", "2", "3", "4", "5"}) bus.publish("t", text);
    auto const first = slow->wait({}, 0ms);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->json, "4");
    EXPECT_EQ(first->missed, 3U);
    auto const second = slow->wait({}, 0ms);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->json, "5");
    EXPECT_EQ(second->missed, 0U);
}

TEST(MemoryBus, waiting_ends_with_a_message_or_a_stop)
{
    bus::MemoryBus bus;
    auto const subscription = bus.subscribe("*");
    std::latch waiting(1);
    std::string got;
    {
        std::jthread const reader([&] {
            waiting.count_down();
            got = subscription->wait({}, 1h)->json;
        });
        waiting.wait();
        bus.publish("t", "hello");
    }
    EXPECT_EQ(got, "hello");
    std::jthread stopped([&](std::stop_token const& stop) { EXPECT_FALSE(subscription->wait(stop, 1h)); });
    stopped.request_stop();
}

TEST(MemoryBus, a_subscription_may_outlive_the_bus)
{
    auto bus = std::make_unique<bus::MemoryBus>();
    auto const subscription = bus->subscribe("*");
    bus->publish("t", "1");
    bus.reset();
    EXPECT_EQ(next(*subscription), "t 1");
    EXPECT_EQ(next(*subscription), "none");
}

TEST(MemoryBus, limits_are_kept)
{
    bus::MemoryBus bus;
    EXPECT_EQ(test::error_of([&] { bus.publish("t", std::string(bus::MemoryBus::message_bytes_max + 1, 'x')); }).code,
              base::ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { bus.subscribe("*", 0); }).code, base::ErrorCode::InvalidInput);
}

TEST(MemoryBus, many_publishers_and_subscribers_lose_nothing_that_there_is_room_for)
{
    bus::MemoryBus bus;
    std::vector<std::unique_ptr<bus::Subscription>> subscriptions;
    for (int i = 0; i < 3; ++i) subscriptions.push_back(bus.subscribe("*", 1'000));
    {
        std::vector<std::jthread> publishers;
        for (int i = 0; i < 3; ++i)
            publishers.emplace_back([&] {
                for (int k = 0; k < 200; ++k) bus.publish("t", "x");
            });
    }
    for (auto const& subscription : subscriptions) {
        int count = 0;
        while (subscription->wait({}, 0ms)) ++count;
        EXPECT_EQ(count, 600);
    }
}
