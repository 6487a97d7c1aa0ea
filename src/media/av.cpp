#include "media/av.h"

#include "base/text.h"

#include <cerrno>
#include <cstdarg>
#include <mutex>
#include <new>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/// Debian's libav is not instrumented: ThreadSanitizer does not see its reference counts and frame threads synchronise.
extern "C" char const* __tsan_default_suppressions();
extern "C" char const* __tsan_default_suppressions()
{
    return "race:libavutil\nrace:libavcodec\nrace:libavformat\nrace:libswscale\nrace:libx264\n";
}
#endif
#endif

namespace media {

namespace {

/// Opening reports on the calling thread, so each thread keeps its own last line.
thread_local std::string last_error_line;

void keep_last_error(void* source, int level, char const* format, va_list arguments)
{
    if (level > AV_LOG_ERROR) return;
    char line[512];
    int print_prefix = 0;
    av_log_format_line2(source, level, format, arguments, line, sizeof line, &print_prefix);
    auto const text = base::clean_utf8(base::trim(line));
    if (!text.empty()) last_error_line = text;
}

template <class T> T* require(T* made)
{
    if (!made) throw std::bad_alloc();
    return made;
}

} // namespace

Frame make_frame() { return Frame(require(av_frame_alloc())); }
Packet make_packet() { return Packet(require(av_packet_alloc())); }
CodecContext make_codec_context(AVCodec const* codec) { return CodecContext(require(avcodec_alloc_context3(codec))); }

void quiet_av_log()
{
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(keep_last_error); });
}
void forget_av_log() { last_error_line.clear(); }

std::string av_message(int result)
{
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(result, text, sizeof text);
    return last_error_line.empty() ? text : fmt::format("{}: {}", text, last_error_line);
}

int check(int result, std::string_view action, std::string_view path)
{
    if (result >= 0) return result;
    auto const message = av_message(result);
    switch (result) {
    case AVERROR(ENOMEM): throw std::bad_alloc();
    case AVERROR(ENOENT):
    case AVERROR(EACCES):
    case AVERROR(EPERM):
    case AVERROR(ENOSPC):
    case AVERROR(EROFS):
    case AVERROR(EFBIG):
    case AVERROR(EDQUOT):
    case AVERROR(EMFILE): base::fail_errno(AVUNERROR(result), action, path);
    case AVERROR_EXIT: base::fail(base::ErrorCode::Cancelled, "stopped while trying to {} '{}'", action, path);
    case AVERROR_INVALIDDATA:
    case AVERROR_EOF:
    case AVERROR(EINVAL):
    case AVERROR(EIO):
    case AVERROR_PATCHWELCOME:
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_DEMUXER_NOT_FOUND:
        base::fail(base::ErrorCode::InvalidInput, "cannot {} '{}': {}", action, path, message);
    default: base::fail(base::ErrorCode::Internal, "cannot {} '{}': {}", action, path, message);
    }
}

} // namespace media
