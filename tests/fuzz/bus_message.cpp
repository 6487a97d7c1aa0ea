// What other machines say on the bus: a topic in the first line, then the message. Whatever it is, listeners get JSON
// of their own, or nothing.
#include "api/live/feed.h"
#include "base/error.h"
#include "base/json.h"

#include <cstdint>
#include <cstdlib>

static void require(bool fine)
{
    if (!fine) std::abort();
}

namespace {

base::SystemClock const the_clock;

struct Ear : net::WebSocket {
    bool send(Frame frame) override
    {
        auto const header = frame->size() < 128 ? 2U : frame->size() < 65'540 ? 4U : 10U;
        heard.push_back(frame->substr(header));
        return true;
    }
    void close(int, std::string_view) override {}
    std::size_t queued_bytes() const override { return 0; }
    std::vector<std::string> heard;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const end = std::min(text.find('\n'), text.size());
    api::live::Hub hub(the_clock, "here", {});
    auto const ear = std::make_shared<Ear>();
    auto const handler = hub.handler(accounts::Principal{.user_id = "u", .name = "ada"});
    handler->on_open(ear);
    handler->on_message(ear, R"({"subscribe": ["jobs", "posts", "nexus:1", "telemetry"]})");
    auto const before = ear->heard.size();
    require(before == 5); // ready, and four answers
    try {
        auto const taken = api::live::forward(hub, text.substr(0, end), text.substr(std::min(end + 1, size)));
        require(taken || ear->heard.size() == before);
    } catch (base::Error const&) {
    }
    for (auto const& message : ear->heard) {
        auto const value = base::parse_json(message, "our own message");
        require(!value.as_object().at("data").is_object() ||
                !value.at("data").as_object().contains("owner_id")); // nobody's business
    }
    handler->on_close();
    return 0;
}
