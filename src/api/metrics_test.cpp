#include "api/live/metrics.h"

#include "support.h"

using namespace std::chrono_literals;

TEST(Metrics, requests_are_counted_by_method_class_and_time)
{
    api::live::Metrics metrics;
    metrics.count("GET", 200, 2us);
    metrics.count("GET", 204, 3ms);
    metrics.count("BREW", 418, 20s);
    metrics.count("", 400, 0s);
    auto const text = metrics.text({});
    for (auto const* line :
         {"ettametta_http_requests_total{method=\"GET\",status=\"2xx\"} 2\n",
          "ettametta_http_requests_total{method=\"other\",status=\"4xx\"} 2\n",
          "ettametta_http_request_seconds_count 4\n", "ettametta_http_request_seconds_bucket{le=\"0.0005\"} 2\n",
          "ettametta_http_request_seconds_bucket{le=\"0.005\"} 3\n",
          "ettametta_http_request_seconds_bucket{le=\"10\"} 3\n",
          "ettametta_http_request_seconds_bucket{le=\"+Inf\"} 4\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text.substr(0, 3'000);
}
