#include "source_case.h"

#include <fstream>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

using test::items;
using test::spec_text;

namespace {

/// Pages of this program that are in memory, in bytes.
std::size_t resident_bytes()
{
    std::ifstream file("/proc/self/statm");
    std::size_t whole = 0;
    std::size_t resident = 0;
    file >> whole >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

struct Memory : test::SourceCase {};

/// Each scan asks anew, and half of the answers are broken.
TEST_F(Memory, stays_flat_over_a_thousand_scans)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(SANITIZED)
    constexpr std::size_t slack_bytes = 500U << 20U; // sanitizers hold back what is freed
#else
    constexpr std::size_t slack_bytes = 12U << 20U; // of the allocator; one answer a scan kept would be 40 MB
#endif
    std::string const filler(40'000, 'x');
    int count = 0;
    platform.on("/search", [&](auto const&) {
        auto const number = std::to_string(++count);
        if (count % 2 == 0) return net::ServerResponse{200, {}, R"({"items":[{"id":")" + number + filler};
        return net::ServerResponse{
            200, {{"ETag", "\"" + number + "\""}}, items({"a" + number}, R"(,"more":")" + filler + "\"")};
    });
    auto const one = scanner(spec_text(R"({"limits":{"breaker":{"failures":100}}})", R"({"cache_seconds":1})"));
    auto const run = [&](int scans) {
        for (int i = 0; i < scans; ++i) {
            clock.advance(std::chrono::seconds(2));
            static_cast<void>(one->scan(question("rye " + std::to_string(i % 10))));
        }
    };
    run(100);
    auto const before = resident_bytes();
    run(1'000);
    auto const after = resident_bytes();
    EXPECT_LT(after, before + slack_bytes) << "grew by " << (after - before) / 1024 << " KiB";
}
