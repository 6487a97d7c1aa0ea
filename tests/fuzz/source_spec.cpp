// A spec may come from anywhere: any bytes are a spec or one clear error, and what was read reads the same again and
// can be held against an answer without harm.
#include "base/error.h"
#include "discovery/source.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string const text(reinterpret_cast<char const*>(data), size);
    discovery::SourceSpec spec;
    try {
        spec = discovery::read_spec(text, "input");
    } catch (base::Error const&) {
        return 0;
    }
    auto const again = base::to_json(spec);
    if (base::to_json(discovery::read_spec(again, "again")) != again) std::abort();
    if (spec.kind != discovery::SourceKind::Web) return 0;
    for (auto const* body : {R"({"items":[{"id":"1","url":"https://x.example/1","title":"t","n":[1,{"a":"b"}]}]})",
                             "<html><body><li id='a'><a href='/x'>t</a></li></body></html>", ""}) {
        try {
            (void)discovery::read_answer(spec, body, spec.endpoint);
        } catch (base::Error const&) {
        }
    }
    return 0;
}
