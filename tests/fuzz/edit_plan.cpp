// Plans come from files that people give: any text is a plan or one clear error.
#include "base/error.h"
#include "plan/check.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    try {
        auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
        plan::check(base::read_json<plan::EditPlan>(text, "plan"));
    } catch (base::Error const&) {
    }
    return 0;
}
