#include "base/error.h"
#include "publishing/publisher.h"

#include <array>

namespace publishing {

// Every publisher, in alphabetical order. A publisher lives in publishers/<name>.cpp and is named here twice: declared,
// listed.
namespace publishers {
PublisherType outbox();
}

std::span<PublisherType const> all_publishers()
{
    using namespace publishers;
    static std::array const list{outbox()};
    return list;
}

PublisherType const& find_publisher(std::string_view name)
{
    std::string known;
    for (auto const& type : all_publishers()) {
        if (type.name == name) return type;
        known += (known.empty() ? "" : ", ") + std::string(type.name);
    }
    base::fail(base::ErrorCode::InvalidInput, "publish: '{}' is none of {}", name, known);
}

} // namespace publishing
