#include "media/decoder.h"

#include "media/inspect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>

namespace media {

namespace {

constexpr int threads_max = 16;
constexpr std::int64_t pixels_4k = 4096LL * 2304;
constexpr int threads_above_4k = 2; ///< each holds pictures of its own: about 100 MB at 8K and 10 bits
constexpr int damaged_packets_min = 200;
constexpr int read_errors_max = 32; ///< in a row; after that the file counts as ended
constexpr int look_ahead_packets_max = 240;
constexpr int look_ahead_bytes_max = 16 << 20;
constexpr int key_wait_packets_max = 1000;
constexpr double same_moment = 0.0005;         ///< seconds: half of the coarsest common time base
constexpr double sound_jitter_max = 0.02;      ///< timestamps nearer than this to the sample clock follow the clock
constexpr double discontinuity_seconds = 10;   ///< a jump of timestamps inside a transport stream
constexpr double decode_through_seconds = 0.2; ///< nearer than this is decoded, whatever the key frames
constexpr double decode_through_unknown_seconds = 2; ///< where the file does not tell where its key frames are
/// How far before the moment sought to start decoding: sound decoders need a run-up, some files a longer one.
constexpr double run_ups[] = {0.3, 3, 15, 60};

int thread_count(AVCodecParameters const& parameters, int wanted)
{
    auto const machine = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    auto const threads = std::clamp(wanted > 0 ? wanted : machine, 1, threads_max);
    auto const pixels = static_cast<std::int64_t>(parameters.width) * parameters.height;
    return pixels > pixels_4k ? std::min(threads, threads_above_4k) : threads;
}

AVStream* best_stream(Input const& input, AVMediaType type)
{
    auto& context = input.context();
    AVCodec const* codec = nullptr;
    auto const index = av_find_best_stream(&context, type, -1, -1, &codec, 0);
    if (index == AVERROR_DECODER_NOT_FOUND)
        base::fail(base::ErrorCode::InvalidInput, "'{}': its {} is coded in a way that cannot be decoded", input.path(),
                   type == AVMEDIA_TYPE_VIDEO ? "picture" : "sound");
    if (index < 0) return nullptr;
    auto* stream = context.streams[index];
    if (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) return nullptr; // the cover of a song
    return stream;
}

double start_of(AVStream const* stream)
{
    if (!stream || stream->start_time == AV_NOPTS_VALUE) return std::numeric_limits<double>::infinity();
    return to_seconds(stream->start_time, stream->time_base);
}

bool is_broken(AVFrame const& frame)
{
    return frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

} // namespace

Decoder::Decoder(std::filesystem::path const& path, DecoderOptions options, std::stop_token stop)
    : input_(path, std::move(stop)), options_(options), packet_(make_packet()), frame_(make_frame())
{
    find_streams();
    look_ahead();
}

void Decoder::find_streams()
{
    auto* video = best_stream(input_, AVMEDIA_TYPE_VIDEO);
    auto* audio = best_stream(input_, AVMEDIA_TYPE_AUDIO);
    if (audio && (audio->codecpar->sample_rate <= 0 || audio->codecpar->ch_layout.nb_channels <= 0)) audio = nullptr;
    if (!video && !audio)
        base::fail(base::ErrorCode::InvalidInput, "'{}' holds neither picture nor sound", input_.path());
    if (video && (video->codecpar->width <= 0 || video->codecpar->height <= 0))
        base::fail(base::ErrorCode::InvalidInput, "'{}': its picture has no size, the file is damaged", input_.path());
    if (video) check_picture_size(input_.path(), *video->codecpar);
    auto const start = std::min(start_of(video), start_of(audio));
    origin_ = std::isfinite(start) ? start : 0;
    info_ = inspect(input_, video, audio, origin_);
    if (info_.duration_seconds <= 0)
        base::fail(base::ErrorCode::InvalidInput, "'{}' is cut off or empty: there is no picture or sound in it",
                   input_.path());
    for (unsigned i = 0; i < input_.context().nb_streams; ++i) input_.context().streams[i]->discard = AVDISCARD_ALL;
    video_.kind = Kind::Video;
    audio_.kind = Kind::Audio;
    if (video && options_.want_video) open_track(video_, video);
    if (audio && options_.want_audio) open_track(audio_, audio);
}

void Decoder::open_track(Track& track, AVStream* stream)
{
    auto const* codec = avcodec_find_decoder(stream->codecpar->codec_id);
    if (!codec) check(AVERROR_DECODER_NOT_FOUND, "decode", input_.path());
    track.codec = make_codec_context(codec);
    auto& context = *track.codec;
    check(avcodec_parameters_to_context(&context, stream->codecpar), "decode", input_.path());
    context.pkt_timebase = stream->time_base;
    context.max_pixels = picture_pixels_max; // also where the size changes on the way
    auto const picture = track.kind == Kind::Video;
    context.thread_count = picture ? thread_count(*stream->codecpar, options_.threads) : 1;
    stream->discard = AVDISCARD_DEFAULT;
    if (picture && options_.rough) {
        context.skip_loop_filter = AVDISCARD_ALL;
        context.flags2 |= AV_CODEC_FLAG2_FAST;
    }
    if (picture && options_.skip_non_key_frames) {
        context.skip_frame = AVDISCARD_NONKEY;
        context.thread_count = 1; // key frames come one by one: more threads only hold memory
    }
    auto const opened = avcodec_open2(&context, codec, nullptr);
    if (opened == AVERROR(EAGAIN)) throw std::bad_alloc(); // no memory for the stack of a thread
    check(opened, "decode", input_.path());
    track.stream = stream;
}

/// Containers without an index of every picture: the first packets tell whether the rate varies. They are kept.
void Decoder::look_ahead()
{
    if (!video_.stream || avformat_index_get_entries_count(video_.stream) > look_ahead_packets_max) return;
    std::vector<std::int64_t> timestamps;
    int bytes = 0;
    while (static_cast<int>(waiting_.size()) < look_ahead_packets_max && bytes < look_ahead_bytes_max) {
        auto packet = make_packet();
        if (av_read_frame(&input_.context(), packet.get()) < 0) break;
        bytes += packet->size;
        if (packet->stream_index == video_.stream->index && packet->pts != AV_NOPTS_VALUE)
            timestamps.push_back(packet->pts);
        waiting_.push_back(std::move(packet));
    }
    if (!info_.video->variable_frame_rate && !timestamps.empty()) {
        timestamps.pop_back(); // the last one may belong before pictures that were not read
        info_.video->variable_frame_rate = is_variable_rate(std::move(timestamps));
    }
}

bool Decoder::next(Item& item)
{
    while (ready_.empty() && !ended_) pump();
    if (ready_.empty()) return false;
    item = std::move(ready_.front());
    ready_.pop_front();
    return true;
}

void Decoder::pump()
{
    if (input_.stop().stop_requested())
        base::fail(base::ErrorCode::Cancelled, "stopped while decoding '{}'", input_.path());
    if (!read_packet(*packet_)) return finish();
    auto* const track = video_.stream && packet_->stream_index == video_.stream->index   ? &video_
                        : audio_.stream && packet_->stream_index == audio_.stream->index ? &audio_
                                                                                         : nullptr;
    if (track) {
        ++packets_;
        follow_discontinuity(*track, *packet_);
        if (is_usable(*track, *packet_)) decode(*track, packet_.get());
    }
    av_packet_unref(packet_.get());
}

bool Decoder::read_packet(AVPacket& packet)
{
    if (!waiting_.empty()) {
        av_packet_move_ref(&packet, waiting_.front().get());
        waiting_.pop_front();
        return true;
    }
    for (int errors = 0; errors < read_errors_max; ++errors) {
        auto const result = av_read_frame(&input_.context(), &packet);
        if (result >= 0) return true;
        if (result == AVERROR_EOF || avio_feof(input_.context().pb)) return false;
        if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
        if (result == AVERROR_EXIT || result == AVERROR(EIO)) check(result, "read", input_.path());
        count_damage();
    }
    return false;
}

/// Parts of a transport stream that were joined start their clocks anew: each stream simply goes on.
void Decoder::follow_discontinuity(Track& track, AVPacket& packet) const
{
    if (!(input_.context().iformat->flags & AVFMT_TS_DISCONT) || packet.dts == AV_NOPTS_VALUE) return;
    auto const limit = static_cast<std::int64_t>(discontinuity_seconds / av_q2d(track.stream->time_base));
    if (track.last_dts && std::abs(packet.dts + track.jump - *track.last_dts) > limit)
        track.jump = *track.last_dts + std::max<std::int64_t>(packet.duration, 1) - packet.dts;
    packet.dts += track.jump;
    if (packet.pts != AV_NOPTS_VALUE) packet.pts += track.jump;
    track.last_dts = packet.dts;
}

bool Decoder::is_wanted_key(Track& track, AVPacket const& packet) const
{
    if ((packet.flags & AV_PKT_FLAG_KEY) == 0) return false;
    auto const timestamp = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
    if (timestamp == AV_NOPTS_VALUE) return true;
    auto const seconds = to_seconds(timestamp, track.stream->time_base);
    if (track.last_key && seconds < *track.last_key + options_.key_frames_apart) return false;
    track.last_key = seconds;
    return true;
}

/// Some containers land between key frames; what comes before one cannot be decoded.
bool Decoder::is_usable(Track& track, AVPacket const& packet) const
{
    if (track.kind == Kind::Video && options_.skip_non_key_frames) return is_wanted_key(track, packet);
    if (track.key_wait == 0) return true;
    if ((packet.flags & AV_PKT_FLAG_KEY) == 0) return --track.key_wait == 0;
    track.key_wait = 0;
    if (packet.pts != AV_NOPTS_VALUE) track.key_pts = packet.pts;
    return true;
}

void Decoder::decode(Track& track, AVPacket const* packet)
{
    auto result = avcodec_send_packet(track.codec.get(), packet);
    if (result == AVERROR(EAGAIN)) {
        receive(track);
        result = avcodec_send_packet(track.codec.get(), packet);
    }
    if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (result < 0 && result != AVERROR_EOF) count_damage();
    receive(track);
}

void Decoder::receive(Track& track)
{
    for (;;) {
        auto const result = avcodec_receive_frame(track.codec.get(), frame_.get());
        if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
        if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
        if (result < 0) return count_damage();
        ++track.frames;
        Item item{.kind = track.kind, .frame = make_frame()};
        av_frame_move_ref(item.frame.get(), frame_.get());
        item.corrupt = is_broken(*item.frame) || damaged_ > track.damaged_before;
        track.damaged_before = damaged_;
        if (place(track, item)) deliver(track, std::move(item));
    }
}

/// Finds the frame's place on the timeline; false where it has none: time never goes back.
bool Decoder::place(Track& track, Item& item)
{
    auto const& frame = *item.frame;
    if (track.key_pts && frame.best_effort_timestamp < *track.key_pts) return false;
    // With pictures left out, libav's best effort falls back to the time of decoding.
    auto const alone = track.codec->skip_frame == AVDISCARD_NONKEY && frame.pts != AV_NOPTS_VALUE;
    auto const timestamp = alone ? frame.pts : frame.best_effort_timestamp;
    item.seconds = timestamp != AV_NOPTS_VALUE ? to_seconds(timestamp, track.stream->time_base) - origin_
                                               : track.expected.value_or(from_);
    if (track.kind == Kind::Audio) {
        if (frame.sample_rate <= 0 || frame.nb_samples <= 0) return false;
        item.duration = static_cast<double>(frame.nb_samples) / frame.sample_rate;
        // Containers round to milliseconds; the sample clock does not.
        auto const near = track.expected && std::abs(item.seconds - *track.expected) < sound_jitter_max;
        if (near)
            item.seconds = *track.expected;
        else if (track.expected && item.seconds < *track.expected)
            return false;
    } else {
        auto const rate = info_.video->frames_per_second > 0 ? info_.video->frames_per_second : 25.0;
        item.duration = frame.pkt_duration > 0 ? to_seconds(frame.pkt_duration, track.stream->time_base) : 1 / rate;
        if (track.last && item.seconds <= *track.last) return false;
    }
    if (!track.first) track.first = item.seconds;
    track.last = item.seconds;
    track.expected = item.end();
    return true;
}

void Decoder::deliver(Track& track, Item item)
{
    if (track.kind == Kind::Audio) {
        if (item.end() > from_) ready_.push_back(std::move(item));
        return;
    }
    if (item.seconds <= from_ + same_moment) { // a later one may be the one that shows then
        track.held = std::move(item);
        return;
    }
    if (track.held) ready_.push_back(std::move(*track.held));
    track.held.reset();
    ready_.push_back(std::move(item));
}

/// Decoders with threads of their own call a lack of memory damage: is there room for another picture?
bool Decoder::has_room() const
{
    if (!video_.stream) return true;
    auto const& shape = *video_.stream->codecpar;
    std::unique_ptr<void, decltype(&av_free)> const picture(
        av_malloc(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height) * 2), &av_free);
    return picture != nullptr;
}

void Decoder::finish()
{
    for (auto* track : {&video_, &audio_}) {
        if (!track->stream) continue;
        decode(*track, nullptr);
        if (track->held && (track->held->end() > from_ || from_ <= 0)) ready_.push_back(std::move(*track->held));
        track->held.reset();
    }
    ended_ = true;
    if (video_.frames + audio_.frames == 0 && (video_.stream || audio_.stream) && damaged_ > 0 && !has_room())
        throw std::bad_alloc();
    if (video_.frames + audio_.frames == 0 && (video_.stream || audio_.stream) && damaged_ > 0)
        base::fail(base::ErrorCode::InvalidInput, "'{}' is damaged: nothing in it can be decoded", input_.path());
}

void Decoder::count_damage()
{
    ++damaged_;
    if (damaged_ > damaged_packets_min && damaged_ > packets_ / 2)
        base::fail(base::ErrorCode::InvalidInput, "'{}' is damaged: {} of {} packets cannot be decoded", input_.path(),
                   damaged_, packets_);
}

void Decoder::seek(double seconds)
{
    while (packets_ == 0 && !ended_) pump(); // some files hold what their decoder needs in the first packet alone
    from_ = std::max(0.0, seconds);
    auto const inside = info_.duration_seconds > 0 ? std::min(from_, info_.duration_seconds) : from_;
    for (auto const run_up : run_ups) {
        if (inside <= run_up) break;
        reposition(inside - run_up);
        if (landed(from_, run_up == *std::rbegin(run_ups))) return;
    }
    reposition(0);
}

bool Decoder::worth_seeking(double from, double to) const
{
    auto const least = from + run_ups[0] + decode_through_seconds;
    if (!video_.stream || to <= least) return false;
    auto const target = std::llround((to - run_ups[0] + origin_) / av_q2d(video_.stream->time_base));
    auto const index = av_index_search_timestamp(video_.stream, target, AVSEEK_FLAG_BACKWARD);
    auto const* entry = index < 0 ? nullptr : avformat_index_get_entry(video_.stream, index);
    if (!entry) return to > from + decode_through_unknown_seconds;
    return to_seconds(entry->timestamp, video_.stream->time_base) - origin_ > from;
}

void Decoder::reposition(double seconds)
{
    auto& context = input_.context();
    auto const* stream = video_.stream ? video_.stream : audio_.stream;
    auto const index = stream ? stream->index : -1;
    auto const time_base = stream ? stream->time_base : microseconds;
    auto const target = std::llround((seconds + origin_) / av_q2d(time_base));
    auto const by_bytes = seconds <= 0 && (context.iformat->flags & AVFMT_TS_DISCONT); // no index to find the start in
    auto result = by_bytes ? av_seek_frame(&context, -1, 0, AVSEEK_FLAG_BYTE) : -1;
    if (result < 0 && seconds > 0) result = avformat_seek_file(&context, index, INT64_MIN, target, target, 0);
    if (result < 0) result = avformat_seek_file(&context, index, INT64_MIN, target, INT64_MAX, 0);
    if (result < 0) result = av_seek_frame(&context, -1, 0, AVSEEK_FLAG_BYTE | AVSEEK_FLAG_BACKWARD);
    check(result, "seek in", input_.path());
    reset(video_);
    reset(audio_);
    if (seconds > 0) video_.key_wait = key_wait_packets_max;
    waiting_.clear();
    ready_.clear();
    ended_ = false;
}

void Decoder::reset(Track& track)
{
    if (track.codec) avcodec_flush_buffers(track.codec.get());
    track.first.reset();
    track.last.reset();
    track.expected.reset();
    track.held.reset();
    track.last_dts.reset();
    track.jump = 0;
    track.key_wait = 0;
    track.key_pts.reset();
    track.last_key.reset();
}

/// Decodes up to the moment sought; false where decoding began too late for it, or the picture is broken.
bool Decoder::landed(double seconds, bool accept_broken)
{
    while (ready_.empty() && !ended_) pump();
    if (video_.stream && !video_.first) return false; // no key frame came
    for (auto const* track : {&video_, &audio_}) {
        if (!track->first) continue;
        auto const start = start_of(track->stream) - origin_;
        auto const earliest = std::isfinite(start) ? std::max(seconds, start) : seconds;
        if (*track->first > earliest + 2 * sound_jitter_max) return false;
    }
    return accept_broken ||
           std::none_of(ready_.begin(), ready_.end(), [](Item const& item) { return is_broken(*item.frame); });
}

} // namespace media
