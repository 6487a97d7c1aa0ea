#include "base/error.h"
#include "media/kernels/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "media/kernels/targets.cpp"
#include "media/kernels/highway.h"

#if HWY_ONCE
namespace media::kernels {

std::vector<std::string_view> targets()
{
    std::vector<std::string_view> names;
    for (auto const target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
    return names;
}

void use_target(std::string_view name)
{
    hwy::SetSupportedTargetsForTest(0);
    if (name.empty()) return;
    for (auto const target : hwy::SupportedAndGeneratedTargets())
        if (name == hwy::TargetName(target)) {
            hwy::SetSupportedTargetsForTest(target);
            return;
        }
    base::fail(base::ErrorCode::InvalidInput, "no instruction set is called '{}' here", name);
}

} // namespace media::kernels
#endif
