#include "media/audio/aac_file.h"

#include "base/error.h"

#include <algorithm>

extern "C" {
#include <libavutil/opt.h>
}

namespace media {

static constexpr std::int64_t bit_rate = 192'000;
static constexpr std::int64_t aac_delay = 1024; // priming samples of libav's AAC encoder

AacFile::AacFile(std::filesystem::path const& path, bool quick, std::function<void(AVPacket const&)> packet)
    : path_(path), packet_told_(std::move(packet)), output_(open_mp4(path))
{
    auto const* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    if (!codec) base::fail(base::ErrorCode::Unavailable, "this libav has no AAC encoder");
    context_ = make_codec_context(codec);
    context_->sample_rate = sample_rate;
    context_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    context_->bit_rate = bit_rate;
    context_->time_base = {1, sample_rate};
    context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_channel_layout_default(&context_->ch_layout, channels);
    AVDictionary* options = nullptr;
    if (quick)
        for (auto const* option : {"aac_ms", "aac_is", "aac_pns", "aac_tns"}) av_dict_set(&options, option, "0", 0);
    if (quick) av_dict_set(&options, "aac_coder", "fast", 0);
    auto const opened = avcodec_open2(context_.get(), codec, &options);
    std::unique_ptr<AVDictionary, AvDeleter> const unused(options);
    check(opened, "open the encoder", "aac");
    stream_ = avformat_new_stream(output_.get(), nullptr);
    if (!stream_) throw std::bad_alloc();
    stream_->time_base = context_->time_base;
    check(avcodec_parameters_from_context(stream_->codecpar, context_.get()), "write", path.string());
    stream_->codecpar->initial_padding = 0; // see above: nothing for a player to skip
    write_mp4_header(*output_, path);
}

void AacFile::write(std::span<float const> samples)
{
    auto const drop =
        std::min<std::int64_t>(aac_delay - skipped_, static_cast<std::int64_t>(samples.size()) / channels);
    skipped_ += drop;
    samples = samples.subspan(static_cast<std::size_t>(drop) * channels);
    auto const whole = static_cast<std::size_t>(context_->frame_size) * channels;
    while (!samples.empty()) {
        auto const count = std::min(samples.size(), whole - pending_.size());
        pending_.insert(pending_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
        samples = samples.subspan(count);
        if (pending_.size() == whole) encode_pending();
    }
}

void AacFile::finish()
{
    auto const whole = static_cast<std::size_t>(context_->frame_size) * channels;
    if (pending_.size() >= whole / 2 || next_ == 0) {
        pending_.resize(whole, 0.0F);
        encode_pending();
    }
    check(avcodec_send_frame(context_.get(), nullptr), "encode", path_.string());
    drain();
    check_write(av_write_trailer(output_.get()), path_);
    check_write(avio_closep(&output_->pb), path_);
}

void AacFile::encode_pending()
{
    auto frame = make_frame();
    frame->nb_samples = context_->frame_size;
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = sample_rate;
    check(av_channel_layout_copy(&frame->ch_layout, &context_->ch_layout), "encode", path_.string());
    check(av_frame_get_buffer(frame.get(), 0), "encode", path_.string());
    for (std::size_t channel = 0; channel < channels; ++channel) {
        auto* out = reinterpret_cast<float*>(frame->extended_data[channel]);
        for (std::size_t i = channel; i < pending_.size(); i += channels) *out++ = pending_[i];
    }
    pending_.clear();
    frame->pts = next_;
    next_ += frame->nb_samples;
    check(avcodec_send_frame(context_.get(), frame.get()), "encode", path_.string());
    drain();
}

void AacFile::drain()
{
    for (;;) {
        auto const received = avcodec_receive_packet(context_.get(), packet_.get());
        if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
        check(received, "encode", path_.string());
        packet_->pts += aac_delay; // the encoder tells the priming as negative time
        packet_->dts = packet_->pts;
        // The last packet says how many samples to drop, the first how many to skip: both would become edit lists.
        av_packet_free_side_data(packet_.get());
        packet_->stream_index = 0;
        packet_told_(*packet_);
        check_write(av_write_frame(output_.get(), packet_.get()), path_);
    }
}

} // namespace media
