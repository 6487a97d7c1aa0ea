#include "media/output/joiner.h"

#include "base/error.h"
#include "media/output/mp4.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace media {

/// From here on a clip is not moved up behind its index at the end: room for the index is kept at the front.
static constexpr std::int64_t large_bytes = 128LL << 20;
static constexpr std::int64_t index_bytes_of_picture = 48; ///< of all tables, at most
static constexpr std::int64_t index_bytes_of_sound = 28;
static constexpr std::int64_t index_bytes_fixed = 64 << 10;

namespace {

/// The coded sound, given out as the pictures need it.
class SoundTrack {
public:
    explicit SoundTrack(std::filesystem::path const& path) : input_(path, {}) {}
    AVStream const& stream() const { return *input_.context().streams[0]; }
    std::int64_t packets() const { return avformat_index_get_entries_count(input_.context().streams[0]); }

    void copy(AVFormatContext& output, AVStream const& target, double until_seconds, std::filesystem::path const& path)
    {
        while (!ended_) {
            if (!pending_) {
                auto const read = av_read_frame(&input_.context(), packet_.get());
                ended_ = read == AVERROR_EOF;
                if (ended_) return;
                check(read, "read", "the clip's sound");
                pending_ = true;
            }
            if (to_seconds(packet_->pts, stream().time_base) > until_seconds) return;
            av_packet_rescale_ts(packet_.get(), stream().time_base, target.time_base);
            packet_->stream_index = target.index;
            packet_->pos = -1;
            check_write(av_interleaved_write_frame(&output, packet_.get()), path);
            pending_ = false;
        }
    }

private:
    Input input_;
    Packet packet_ = make_packet();
    bool pending_ = false;
    bool ended_ = false;
};

class Joining {
public:
    Joining(JoinedFrom const& from, std::filesystem::path const& output, std::stop_token stop);
    void run();

private:
    void find_headers();
    void find_delay();
    void describe_picture(AVStream& stream) const;
    void write_picture(AVPacket& packet, std::int64_t shown);
    void write_chunk(ChunkRecord const& chunk);
    std::int64_t index_bytes() const;

    JoinedFrom const& from_;
    std::filesystem::path path_;
    std::stop_token stop_;
    SoundTrack sound_;
    OutputContext output_;
    AVStream* picture_stream_ = nullptr;
    AVStream* sound_stream_ = nullptr;
    AVRational frame_time_;
    Bytes extradata_;
    bool with_lengths_ = false; ///< the chunks' units get lengths, for the headers stand in one avcC box
    std::int64_t delay_ = 0;    ///< frames by which decoding runs ahead of showing
    std::int64_t coded_ = 0;    ///< pictures written
};

Joining::Joining(JoinedFrom const& from, std::filesystem::path const& output, std::stop_token stop)
    : from_(from), path_(output), stop_(std::move(stop)), sound_(from.sound),
      frame_time_{from.canvas.rate_denominator, from.canvas.rate_numerator}
{
    find_headers();
    find_delay();
    output_ = open_mp4(path_);
    picture_stream_ = avformat_new_stream(output_.get(), nullptr);
    sound_stream_ = avformat_new_stream(output_.get(), nullptr);
    if (!picture_stream_ || !sound_stream_) throw std::bad_alloc();
    describe_picture(*picture_stream_);
    check(avcodec_parameters_copy(sound_stream_->codecpar, sound_.stream().codecpar), "write", path_.string());
    sound_stream_->codecpar->codec_tag = 0;
    sound_stream_->time_base = sound_.stream().time_base;
    write_mp4_header(*output_, path_, index_bytes());
}

/// One set of headers where all parts have the same; else one box with the headers of all.
void Joining::find_headers()
{
    std::optional<ParameterSets> sets;
    if (from_.copy) sets = from_.copy->parameter_sets();
    std::string first;
    for (auto const& part : from_.parts) {
        if (!part.chunk) continue;
        if (extradata_.empty()) {
            first = part.chunk->extradata;
            extradata_ = part.chunk->extradata_bytes();
        }
        if (part.chunk->codec != "h264" && (sets || part.chunk->extradata != first))
            base::fail(base::ErrorCode::Internal, "chunks of {} with different headers", part.chunk->codec);
        if (part.chunk->extradata == first && !from_.copy) continue;
        if (!sets) sets = ParameterSets::parse(extradata_);
        sets->add(ParameterSets::parse(part.chunk->extradata_bytes()));
    }
    if (!sets) return;
    with_lengths_ = true;
    extradata_ = sets->avcc();
}

void Joining::find_delay()
{
    for (auto const& part : from_.parts) {
        if (part.run) delay_ = std::max(delay_, part.run->delay);
        for (std::size_t i = 0; part.chunk && i < part.chunk->shown.size(); ++i)
            delay_ = std::max(delay_, static_cast<std::int64_t>(i) - (part.chunk->shown[i] - part.chunk->first));
    }
}

void Joining::describe_picture(AVStream& stream) const
{
    auto& parameters = *stream.codecpar;
    auto const* chunk = from_.parts.front().chunk;
    if (from_.copy) check(avcodec_parameters_copy(&parameters, &from_.copy->parameters()), "write", path_.string());
    auto const* descriptor = chunk ? avcodec_descriptor_get_by_name(chunk->codec.c_str()) : nullptr;
    parameters.codec_type = AVMEDIA_TYPE_VIDEO;
    if (descriptor) parameters.codec_id = descriptor->id;
    parameters.codec_tag = parameters.codec_id == AV_CODEC_ID_HEVC ? MKTAG('h', 'v', 'c', '1') : 0;
    parameters.width = from_.canvas.width;
    parameters.height = from_.canvas.height;
    parameters.format = AV_PIX_FMT_YUV420P;
    parameters.sample_aspect_ratio = {1, 1};
    parameters.color_range = AVCOL_RANGE_MPEG;
    parameters.color_space = AVCOL_SPC_BT709;
    parameters.color_primaries = AVCOL_PRI_BT709;
    parameters.color_trc = AVCOL_TRC_BT709;
    parameters.chroma_location = AVCHROMA_LOC_LEFT;
    av_freep(&parameters.extradata);
    parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(extradata_.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!parameters.extradata) throw std::bad_alloc();
    std::ranges::copy(extradata_, parameters.extradata);
    parameters.extradata_size = static_cast<int>(extradata_.size());
    stream.time_base = frame_time_;
    stream.avg_frame_rate = {from_.canvas.rate_numerator, from_.canvas.rate_denominator};
    stream.r_frame_rate = stream.avg_frame_rate;
}

std::int64_t Joining::index_bytes() const
{
    std::int64_t bytes = from_.copy ? from_.copy->bytes() : 0;
    for (auto const& part : from_.parts)
        if (part.chunk)
            for (auto const size : part.chunk->sizes) bytes += size;
    if (bytes < large_bytes) return 0;
    return index_bytes_fixed + index_bytes_of_picture * from_.parts.back().frames().last +
           index_bytes_of_sound * sound_.packets();
}

/// Decoding times are counted through, whatever encoder a picture is from.
void Joining::write_picture(AVPacket& packet, std::int64_t shown)
{
    if (stop_.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
    packet.pts = shown;
    packet.dts = coded_++ - delay_;
    packet.duration = 1;
    packet.pos = -1;
    av_packet_rescale_ts(&packet, frame_time_, picture_stream_->time_base);
    packet.stream_index = picture_stream_->index;
    sound_.copy(*output_, *sound_stream_, to_seconds(packet.dts, picture_stream_->time_base), path_);
    check_write(av_interleaved_write_frame(output_.get(), &packet), path_);
}

void Joining::write_chunk(ChunkRecord const& chunk)
{
    auto const data = chunk_data_path(from_.folder, chunk.first);
    base::Fd const file(::open(data.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) base::fail_errno(errno, "read", data.string());
    auto packet = make_packet();
    std::size_t next_key = 0;
    for (std::size_t i = 0; i < chunk.sizes.size(); ++i) {
        Bytes bytes(static_cast<std::size_t>(chunk.sizes[i]));
        for (std::size_t got = 0; got < bytes.size();) {
            auto const count = ::read(file.get(), bytes.data() + got, bytes.size() - got);
            if (count <= 0) base::fail_errno(count < 0 ? errno : EIO, "read", data.string());
            got += static_cast<std::size_t>(count);
        }
        if (with_lengths_) bytes = with_lengths(bytes);
        check(av_new_packet(packet.get(), static_cast<int>(bytes.size())), "write", path_.string());
        std::ranges::copy(bytes, packet->data);
        if (next_key < chunk.keys.size() && chunk.keys[next_key] == static_cast<std::int64_t>(i)) {
            packet->flags |= AV_PKT_FLAG_KEY;
            ++next_key;
        }
        write_picture(*packet, chunk.shown[i]);
    }
}

void Joining::run()
{
    for (auto const& part : from_.parts) {
        if (part.chunk)
            write_chunk(*part.chunk);
        else
            from_.copy->read(*part.run, [&](AVPacket& packet, std::int64_t shown) { write_picture(packet, shown); });
    }
    sound_.copy(*output_, *sound_stream_, 1e12, path_);
    check_write(av_write_trailer(output_.get()), path_);
    check_write(avio_closep(&output_->pb), path_);
    base::sync_file(path_);
}

} // namespace

void join_clip(JoinedFrom const& from, std::filesystem::path const& output, std::stop_token const& stop)
{
    Joining(from, output, stop).run();
}

} // namespace media
