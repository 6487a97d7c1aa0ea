// Bodies and cursors that callers send: each is read, or refused with one clear error that can be sent back.
#include "api/cursor.h"
#include "api/problem.h"
#include "api/route.h"

#include <cstdint>
#include <cstdlib>

namespace {

struct Bodies {
    api::Schemas schemas;
    std::vector<base::json::value> all;
    Bodies()
    {
        for (auto const& route : api::all_routes())
            if (route.body) all.push_back(route.body(schemas));
    }
};

template <class Read> void attempt(Read read)
{
    try {
        read();
    } catch (base::Error const& error) {
        auto const answer = api::problem_response(api::problem_of(error, "a request"));
        if (answer.status < 400 || !base::is_utf8(answer.body)) std::abort();
        base::parse_json(answer.body, "our own answer");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    static Bodies const bodies;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    attempt([&] {
        auto const position = api::decode_cursor(text);
        if (!text.empty() && api::decode_cursor(api::encode_cursor(position)) != position) std::abort();
    });
    attempt([&] {
        auto const body = base::parse_json(text, "the body");
        for (auto const& schema : bodies.all)
            attempt([&] { api::check_schema(body, schema, bodies.schemas.components()); });
    });
    return 0;
}
