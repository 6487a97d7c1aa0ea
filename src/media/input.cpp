#include "media/input.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

extern "C" {
#include <libavutil/opt.h>
}

namespace media {

namespace {

constexpr int io_buffer_bytes = 1 << 16;

/// Containers that hold their streams themselves. Not here on purpose: hls, dash, concat, sdp, image2 and the like open
/// other files; raw streams (h264, mpegvideo ...) are guessed out of any random bytes.
constexpr char const* containers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,ogg,wav,w64,mp3,flac,aac,aiff,au,caf,asf,mxf,gif,apng,"
    "dv,ac3,eac3,amr,ivf,nut,tta,wv,yuv4mpegpipe";

int refuse_to_open(AVFormatContext*, AVIOContext**, char const*, int, AVDictionary**) { return AVERROR(EPERM); }

/// What libav needs to know before it looks into the streams; it opens decoders of its own there.
struct StreamOptions {
    explicit StreamOptions(unsigned count) : dictionaries(count)
    {
        for (auto& dictionary : dictionaries) av_dict_set_int(&dictionary, "max_pixels", picture_pixels_max, 0);
    }
    ~StreamOptions()
    {
        for (auto& dictionary : dictionaries) av_dict_free(&dictionary);
    }
    StreamOptions(StreamOptions const&) = delete;
    StreamOptions& operator=(StreamOptions const&) = delete;
    std::vector<AVDictionary*> dictionaries;
};

[[noreturn]] void fail_not_media(std::string const& path, int result)
{
    base::fail(base::ErrorCode::InvalidInput,
               base::Next{"give it a video or sound file such as MP4, MOV, MKV, WebM, MP3 or WAV"},
               "'{}' is not a media file that can be read ({})", path, av_message(result));
}

} // namespace

void check_picture_size(std::string const& path, AVCodecParameters const& picture)
{
    if (static_cast<std::int64_t>(picture.width) * picture.height > picture_pixels_max)
        base::fail(base::ErrorCode::InvalidInput,
                   "'{}': the picture of {}x{} is larger than the limit of {} pixels (8K)", path, picture.width,
                   picture.height, picture_pixels_max);
}

void Input::IoDeleter::operator()(AVIOContext* io) const
{
    av_freep(&io->buffer);
    avio_context_free(&io);
}

Input::Input(std::filesystem::path const& path, std::stop_token stop) : path_(path.string()), stop_(std::move(stop))
{
    quiet_av_log();
    forget_av_log();
    open_file();
    open_container();
    read_streams();
}

void Input::open_file()
{
    fd_ = base::Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)); // a FIFO must not hang us
    if (!fd_) base::fail_errno(errno, "read", path_);
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) base::fail_errno(errno, "read", path_);
    if (S_ISDIR(status.st_mode)) base::fail_errno(EISDIR, "read", path_);
    if (!S_ISREG(status.st_mode)) base::fail(base::ErrorCode::InvalidInput, "'{}' is not an ordinary file", path_);
    if (status.st_size == 0) base::fail(base::ErrorCode::InvalidInput, "'{}' is empty", path_);
    size_ = status.st_size;
}

void Input::open_container()
{
    auto* buffer = static_cast<unsigned char*>(av_malloc(io_buffer_bytes));
    if (!buffer) throw std::bad_alloc();
    io_.reset(avio_alloc_context(buffer, io_buffer_bytes, 0, this, read, nullptr, seek));
    if (!io_) {
        av_free(buffer);
        throw std::bad_alloc();
    }
    auto* context = avformat_alloc_context();
    if (!context) throw std::bad_alloc();
    context->pb = io_.get();
    context->io_open = refuse_to_open;
    context->interrupt_callback = {interrupted, this};
    context->max_streams = streams_max;
    context->flags |= AVFMT_FLAG_CUSTOM_IO;
    context->format_whitelist = av_strdup(containers);
    context->protocol_whitelist = av_strdup("file");
    auto const result = avformat_open_input(&context, nullptr, nullptr, nullptr); // frees the context where it fails
    if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (stop_.stop_requested()) base::fail(base::ErrorCode::Cancelled, "stopped while reading '{}'", path_);
    if (result < 0) fail_not_media(path_, result);
    context_.reset(context);
}

void Input::read_streams()
{
    forget_av_log();
    for (unsigned i = 0; i < context_->nb_streams; ++i) check_picture_size(path_, *context_->streams[i]->codecpar);
    StreamOptions options(context_->nb_streams);
    auto const result = avformat_find_stream_info(context_.get(), options.dictionaries.data());
    if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (stop_.stop_requested()) base::fail(base::ErrorCode::Cancelled, "stopped while reading '{}'", path_);
    if (result < 0) fail_not_media(path_, result);
}

int Input::read(void* self, std::uint8_t* buffer, int size)
{
    auto& input = *static_cast<Input*>(self);
    for (;;) {
        if (input.stop_.stop_requested()) return AVERROR_EXIT;
        auto const count = ::pread(input.fd_.get(), buffer, static_cast<std::size_t>(size), input.position_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return AVERROR(errno);
        if (count == 0) return AVERROR_EOF;
        input.position_ += count;
        return static_cast<int>(count);
    }
}

std::int64_t Input::seek(void* self, std::int64_t offset, int whence)
{
    auto& input = *static_cast<Input*>(self);
    auto const mode = whence & ~AVSEEK_FORCE;
    if (mode == AVSEEK_SIZE) return input.size_;
    auto const from = mode == SEEK_CUR ? input.position_ : mode == SEEK_END ? input.size_ : 0;
    if (offset < -from) return AVERROR(EINVAL);
    input.position_ = from + offset;
    return input.position_;
}

int Input::interrupted(void* self) { return static_cast<Input*>(self)->stop_.stop_requested() ? 1 : 0; }

} // namespace media
