#pragma once
#include "media/audio/sound.h"
#include "plan/timeline.h"

#include <functional>

namespace media {

/// The sound of one cut that runs at another speed, or at a changing one, with its pitch kept: exactly `frames` long.
/// `sink` gets it in pieces.
void stretch(SoundReader& source, plan::Timeline const& timeline, std::size_t cut, plan::Cut const& part,
             std::int64_t frames, std::stop_token const& stop, std::function<void(std::span<float>)> const& sink);

} // namespace media
