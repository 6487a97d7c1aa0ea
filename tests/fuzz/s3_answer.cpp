// What a bucket answers is XML, or should be: any bytes are fields and groups of them, or nothing.
#include "objects/xml.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const answer = objects::read_xml(text);
    if (answer.root.empty() && (!answer.fields.empty() || !answer.groups.empty())) std::abort();
    for (auto const& [name, value] : answer.fields)
        if (name.empty() || answer.text(name) != value) std::abort();
    for (auto const& [name, group] : answer.groups)
        if (name.empty() || group.empty()) std::abort();
    return 0;
}
