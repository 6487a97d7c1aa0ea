// Headers of uploads and downloads: a value or one clear error, and a range lies in its file.
#include "api/file_response.h"
#include "api/uploads/tus.h"
#include "base/error.h"

#include <cstdint>
#include <cstdlib>
#include <string>

template <class Read> static void attempt(Read read)
{
    try {
        read();
    } catch (base::Error const&) {
    }
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    attempt([&] {
        auto const metadata = api::tus::read_metadata(text);
        if (api::tus::read_metadata(api::tus::write_metadata(metadata)) != metadata) std::abort();
    });
    attempt([&] { api::tus::read_checksum(text); });
    attempt([&] {
        if (api::tus::read_number("x", text) < 0) std::abort();
    });
    for (std::uint64_t const bytes : {0ULL, 1ULL, 1000ULL, 1ULL << 40U}) {
        api::ByteRange range;
        auto const outcome = api::read_range(text, bytes, range);
        if (outcome == api::RangeOutcome::Unsatisfiable) continue;
        if (range.offset > bytes || range.count > bytes - range.offset) std::abort();
        if (outcome == api::RangeOutcome::Part && range.count == 0) std::abort();
    }
    return 0;
}
