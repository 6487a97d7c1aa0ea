#include "media/output/mp4.h"

namespace media {

void OutputDeleter::operator()(AVFormatContext* context) const
{
    avio_closep(&context->pb);
    avformat_free_context(context);
}

OutputContext open_mp4(std::filesystem::path const& path)
{
    AVFormatContext* raw = nullptr;
    check(avformat_alloc_output_context2(&raw, nullptr, "mp4", path.c_str()), "write", path.string());
    OutputContext context(raw);
    check(avio_open(&context->pb, path.c_str(), AVIO_FLAG_WRITE), "write", path.string());
    return context;
}

void write_mp4_header(AVFormatContext& context, std::filesystem::path const& path, std::int64_t index_bytes_max)
{
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", index_bytes_max > 0 ? "+negative_cts_offsets" : "+faststart+negative_cts_offsets",
                0);
    av_dict_set(&options, "use_editlist", "0", 0);
    if (index_bytes_max > 0) av_dict_set_int(&options, "moov_size", index_bytes_max, 0);
    auto const written = avformat_write_header(&context, &options);
    std::unique_ptr<AVDictionary, AvDeleter> const unused(options);
    check_write(written, path);
}

/// libav tells a full disk as a plain I/O error at a distance; errno of the write is still there.
int check_write(int result, std::filesystem::path const& path)
{
    if (result >= 0) return result;
    if (result == AVERROR(ENOSPC) || result == AVERROR(EFBIG) || result == AVERROR(EDQUOT) || result == AVERROR(EIO))
        base::fail_errno(AVUNERROR(result), "write", path.string());
    return check(result, "write", path.string());
}

} // namespace media
