#pragma once
#include <string>
#include <string_view>

namespace discovery {

/// The name we use for what a platform says about reuse, a licence's URL or its title: "own" (the creator's own work),
/// "public-domain", "cc0", "permissive" (MIT, BSD and the like), "cc-by", "cc-by-sa", "cc-by-nd", "cc-by-nc",
/// "cc-by-nc-sa", "cc-by-nc-nd", "all-rights-reserved", or "unknown" for everything else. Silence is unknown, never
/// public domain.
std::string normal_license(std::string_view text);
bool is_license(std::string_view name);
/// May be cut, changed and published again, also for money.
bool allows_remix(std::string_view name);
bool needs_attribution(std::string_view name);
/// 0..1: how freely a clip under it can be used; unknown is near the bottom.
double openness(std::string_view name);

} // namespace discovery
