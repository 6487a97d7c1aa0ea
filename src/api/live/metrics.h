#pragma once
#include "api/live/hub.h"
#include "api/live/telemetry.h"

#include <memory>

namespace api::live {

/// What Prometheus reads. What was not measured has no line.
class Metrics {
public:
    Metrics();
    ~Metrics();
    /// One answered request.
    void count(std::string_view method, int status, std::chrono::duration<double> took);
    std::string text(TelemetrySample const& sample) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The parts that routes about the present use; built in app.
struct Live {
    Hub& hub;
    Telemetry& telemetry;
    Metrics& metrics;
};

} // namespace api::live
