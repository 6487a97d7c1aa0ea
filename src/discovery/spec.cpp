#include "discovery/spec.h"

#include "base/file.h"
#include "discovery/spec_check.h"

#include <algorithm>

namespace discovery {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr std::size_t spec_bytes_max = 256U << 10U;
static constexpr std::size_t sources_max = 100;

SourceSpec read_spec(std::string_view text, std::string const& what)
{
    SourceSpec spec;
    try {
        spec = base::read_json<SourceSpec>(text, "the file");
    } catch (base::Error const& error) {
        fail(ErrorCode::InvalidInput, "{}: {}", what, error.what());
    }
    check_spec(spec, what);
    return spec;
}

std::vector<SourceSpec> load_specs(fs::path const& folder)
{
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".json") paths.push_back(it->path());
    if (error) base::fail_errno(error.value(), "read", folder.string());
    if (paths.size() > sources_max)
        fail(ErrorCode::InvalidInput, "{}: more than {} sources", folder.string(), sources_max);
    std::sort(paths.begin(), paths.end());
    std::vector<SourceSpec> specs;
    for (auto const& path : paths) {
        specs.push_back(read_spec(base::read_file(path, spec_bytes_max), path.string()));
        if (specs.back().id != path.stem())
            fail(ErrorCode::InvalidInput, "{}: id '{}' must be the file's name", path.string(), specs.back().id);
    }
    return specs;
}

} // namespace discovery
