#pragma once
#include "base/file.h"
#include "media/av.h"

#include <stop_token>

namespace media {

/// Above this a picture is refused: 8K (8192x4320).
inline constexpr std::int64_t picture_pixels_max = 8192LL * 4320;
inline constexpr int streams_max = 100;

/// InvalidInput above picture_pixels_max.
void check_picture_size(std::string const& path, AVCodecParameters const& picture);

/// An opened local media file. libav reads through our own descriptor and may open nothing else: no network, no
/// playlist, no list of other files, no picture sequence; only containers that hold their streams themselves.
class Input {
public:
    /// NotFound, InvalidInput or Storage: one clear error for whatever is not a readable media file. A FIFO never
    /// hangs.
    Input(std::filesystem::path const& path, std::stop_token stop);
    Input(Input const&) = delete;
    Input& operator=(Input const&) = delete;
    AVFormatContext& context() const { return *context_; }
    std::string const& path() const { return path_; }
    std::int64_t size_bytes() const { return size_; }
    std::stop_token const& stop() const { return stop_; }

private:
    struct IoDeleter {
        void operator()(AVIOContext* io) const;
    };
    static int read(void* self, std::uint8_t* buffer, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);
    static int interrupted(void* self);
    void open_file();
    void open_container();
    void read_streams();

    std::string path_;
    std::stop_token stop_;
    base::Fd fd_;
    std::int64_t size_ = 0;
    std::int64_t position_ = 0;
    std::unique_ptr<AVIOContext, IoDeleter> io_;
    InputContext context_; // last: closed before the I/O it reads through
};

} // namespace media
