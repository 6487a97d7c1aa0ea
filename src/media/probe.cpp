#include "media/probe.h"

#include "media/decoder.h"

namespace media {

plan::MediaInfo probe(std::filesystem::path const& path, std::stop_token const& stop)
{
    return Decoder(path, {.threads = 1}, stop).info();
}

} // namespace media
