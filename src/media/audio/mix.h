#pragma once
#include "plan/edit_plan.h"

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace media {

/// A clip's sound before it is levelled: 48 kHz stereo floats in a file, so that memory stays flat over any length.
class PcmFile {
public:
    explicit PcmFile(std::filesystem::path const& path);
    void append(std::span<float const> samples);
    /// From the start again, in pieces.
    void for_each(std::function<void(std::span<float const>)> const& piece);
    std::int64_t frames() const { return frames_; }

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::int64_t frames_ = 0;
};

/// The source's sound over the plan's cuts (with short fades where they meet), music below, narration above with the
/// rest ducked under it. Speeds keep the pitch. Exactly as long as the clip's pictures, to the sample.
void mix(plan::EditPlan const& plan, PcmFile& out, std::stop_token const& stop);

} // namespace media
