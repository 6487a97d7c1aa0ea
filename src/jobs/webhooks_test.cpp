#include "jobs/webhooks.h"

#include "bus/memory_bus.h"
#include "database_case.h"
#include "jobs/runner.h"
#include "net/http_server.h"

#include <mutex>

using namespace std::chrono_literals;

namespace {

/// Whoever wants to be told: notes what comes, answers what it is told to.
class Receiver {
public:
    std::string origin() const { return server_.url(); }
    std::vector<net::ServerRequest> wait_for(std::size_t count)
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 30s, [&] { return got_.size() >= count; });
        return got_;
    }
    void answer_with(std::vector<int> statuses)
    {
        std::scoped_lock const lock(mutex_);
        statuses_ = std::move(statuses);
    }

private:
    net::ServerResponse take(net::ServerRequest const& request)
    {
        std::scoped_lock const lock(mutex_);
        got_.push_back(request);
        changed_.notify_all();
        auto const status = got_.size() <= statuses_.size() ? statuses_[got_.size() - 1] : 204;
        return {.status = status};
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<net::ServerRequest> got_;
    std::vector<int> statuses_;
    net::HttpServer server_{
        {}, [this](net::ServerRequest const& request, std::stop_token const&) { return take(request); }};
};

class WebhooksTest : public test::DatabaseCase {
protected:
    WebhooksTest()
    {
        net::ClientOptions options;
        options.guard_exempt_origins = {receiver_.origin()};
        client_.emplace(options, system_, random_);
        auto const secret = [this](std::string const&, std::string const&) { return secret_; };
        jobs::JobType work{.name = "work", .help = ""};
        work.run = [](jobs::JobContext& context) -> jobs::JobOutcome {
            if (context.payload().as_object().contains("fail"))
                base::fail(base::ErrorCode::InvalidInput, "it cannot be done");
            return jobs::Done{R"({"made":"film.mp4"})"};
        };
        queue_.emplace(
            jobs::Queue::Parts{*database_, bus_, system_, ids_},
            std::vector{work, jobs::deliver_type({*database_, *client_, secret, {.first = 1ms, .longest = 5ms}})});
        jobs::RunnerOptions with{.worker = "one"};
        with.look_every = with.sweep_every = 20ms;
        with.triggers = {jobs::now_and_then(jobs::trigger_deliveries)};
        runner_.emplace(*queue_, random_, log_, with);
    }
    store::Webhook add(std::string const& url = "")
    {
        store::Webhook webhook{
            .id = ids_.next(), .owner_id = "ada", .url = url.empty() ? receiver_.origin() + "/x" : url};
        database_->transaction([&](store::Connection& connection) { store::insert_webhook(connection, webhook); });
        return webhook;
    }
    jobs::Job run(std::string const& payload = "{}", std::string const& owner = "ada")
    {
        return queue_->wait(queue_->enqueue({.owner_id = owner, .kind = "work", .payload = payload}).id, {});
    }
    std::vector<store::WebhookDelivery> deliveries(store::Webhook const& webhook)
    {
        return database_->read(
            [&](store::Connection& connection) { return store::list_deliveries(connection, webhook.id, 100); });
    }
    /// The newest delivery, once it has come to its end.
    store::WebhookDelivery ended(store::Webhook const& webhook)
    {
        for (auto const until = std::chrono::steady_clock::now() + 30s;;) {
            auto const all = deliveries(webhook);
            auto const over = !all.empty() && (all[0].state == store::DeliveryState::Delivered ||
                                               all[0].state == store::DeliveryState::Failed);
            if (over || std::chrono::steady_clock::now() > until) return all.at(0);
            std::this_thread::sleep_for(1ms);
        }
    }
    store::Webhook read(store::Webhook const& webhook)
    {
        return *database_->read(
            [&](store::Connection& connection) { return store::find_webhook(connection, webhook.id); });
    }

    std::unique_ptr<store::Database> database_ = new_database();
    base::SystemClock system_;
    base::Log log_{system_, base::LogLevel::Off};
    bus::MemoryBus bus_;
    Receiver receiver_;
    std::string secret_ = jobs::new_webhook_secret();
    std::optional<net::HttpClient> client_;
    std::optional<jobs::Queue> queue_;
    std::optional<jobs::Runner> runner_;
};
ON_BOTH_DATABASES(WebhooksTest);

} // namespace

TEST(WebhookSignature, is_that_of_the_standard)
{
    // The example of standardwebhooks.com.
    EXPECT_EQ(jobs::webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                      1614265330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    for (auto const* wrong : {"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!", "whsec_QQ=="})
        EXPECT_EQ(test::error_of([&] { jobs::webhook_signature(wrong, "a", 1, "b"); }).code,
                  base::ErrorCode::InvalidInput);
}

TEST_P(WebhooksTest, the_end_of_a_job_is_told_once_signed_and_dated)
{
    auto const webhook = add();
    auto const job = run();
    auto const got = receiver_.wait_for(1);
    ASSERT_EQ(got.size(), 1U);
    auto const id = std::string(got[0].header("webhook-id"));
    auto const timestamp = std::stoll(std::string(got[0].header("webhook-timestamp")));
    EXPECT_EQ(got[0].header("webhook-signature"), jobs::webhook_signature(secret_, id, timestamp, got[0].body));
    EXPECT_LT(std::abs(timestamp - std::chrono::floor<std::chrono::seconds>(system_.now()).time_since_epoch().count()),
              60);
    auto const body = base::parse_json(got[0].body, "body");
    EXPECT_EQ(body.at("type"), "job.done");
    EXPECT_EQ(std::string_view(body.at("data").at("job_id").as_string()), job.id);
    EXPECT_EQ(body.at("data").at("result").at("made"), "film.mp4");
    EXPECT_EQ(ended(webhook).state, store::DeliveryState::Delivered);
    EXPECT_EQ(deliveries(webhook).size(), 1U) << "the delivery's own end is told to nobody";
}

TEST_P(WebhooksTest, a_receiver_that_fails_is_told_again_with_the_same_id)
{
    auto const webhook = add();
    receiver_.answer_with({500, 503, 302});
    run(R"({"fail":1})");
    auto const got = receiver_.wait_for(4);
    ASSERT_EQ(got.size(), 4U);
    for (auto const& request : got) {
        EXPECT_EQ(request.header("webhook-id"), got[0].header("webhook-id"));
        EXPECT_EQ(request.body, got[0].body);
    }
    EXPECT_NE(got[0].body.find("job.failed"), std::string::npos);
    EXPECT_EQ(ended(webhook).state, store::DeliveryState::Delivered);
}

TEST_P(WebhooksTest, a_receiver_that_is_gone_for_good_is_told_no_more)
{
    auto const webhook = add();
    receiver_.answer_with({410});
    run();
    EXPECT_EQ(ended(webhook).state, store::DeliveryState::Failed);
    EXPECT_TRUE(read(webhook).paused);
    run();
    EXPECT_EQ(deliveries(webhook).size(), 1U);
}

TEST_P(WebhooksTest, addresses_inside_are_refused_by_the_guard_and_others_hear_nothing)
{
    auto const inside = add("http://169.254.169.254/latest/meta-data");
    run("{}", "someone else");
    EXPECT_TRUE(deliveries(inside).empty());
    run();
    auto const delivery = ended(inside);
    EXPECT_EQ(delivery.state, store::DeliveryState::Failed);
    EXPECT_NE(read(inside).trouble, "");
}
