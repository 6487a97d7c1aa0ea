#include "discovery/source.h"

namespace discovery {

static constexpr std::size_t troubles_max = 20;

SourceCode source_code(base::Error const& error)
{
    if (auto const* source = dynamic_cast<SourceError const*>(&error)) return source->source;
    switch (error.code) {
    case base::ErrorCode::Timeout: return SourceCode::Timeout;
    case base::ErrorCode::Cancelled: return SourceCode::Cancelled;
    case base::ErrorCode::RateLimited: return SourceCode::RateLimited;
    case base::ErrorCode::Unavailable: return SourceCode::AuthMissing;
    case base::ErrorCode::InvalidInput:
    case base::ErrorCode::NotFound:
    case base::ErrorCode::Forbidden: return SourceCode::BadInput;
    default: return SourceCode::UpstreamError;
    }
}

void Found::trouble(SourceCode of, std::string text)
{
    if (!code) code = of;
    if (troubles.size() < troubles_max) troubles.push_back(std::move(text));
}

void Found::trouble(base::Error const& error, std::string const& part)
{
    trouble(source_code(error), part.empty() ? error.what() : part + ": " + error.what());
    if (auto const* source = dynamic_cast<SourceError const*>(&error); source && source->retry_at)
        retry_at = std::max(retry_at.value_or(*source->retry_at), *source->retry_at);
}

base::Milliseconds Asking::left() const
{
    auto const rest = std::chrono::duration_cast<base::Milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::max(rest, base::Milliseconds(1));
}

bool Asking::late() const { return stop.stop_requested() || std::chrono::steady_clock::now() >= deadline; }

} // namespace discovery
