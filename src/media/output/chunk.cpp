#include "media/output/chunk.h"

#include "base/error.h"

#include <cerrno>
#include <fcntl.h>

namespace media {

static constexpr double black_luma_max = 20; // 16 is black
static constexpr std::size_t record_bytes_max = 64U << 20U;
static constexpr char fact_zero = '@';

FrameFact ChunkRecord::fact_of(std::size_t frame) const
{
    auto const bits = static_cast<unsigned>(facts.at(frame) - fact_zero);
    return {(bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0, (bits & 8U) != 0, (bits & 16U) != 0};
}

static char fact_character(FrameFact const& fact)
{
    return static_cast<char>(fact_zero + (fact.black ? 1 : 0) + (fact.frozen ? 2 : 0) + (fact.source_black ? 4 : 0) +
                             (fact.source_frozen ? 8 : 0) + (fact.corrupt ? 16 : 0));
}

static std::string hexadecimal(std::span<std::uint8_t const> bytes)
{
    std::string out;
    for (auto const byte : bytes) out += fmt::format("{:02x}", byte);
    return out;
}

Bytes ChunkRecord::extradata_bytes() const
{
    Bytes out;
    for (std::size_t i = 0; i + 1 < extradata.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoi(extradata.substr(i, 2), nullptr, 16)));
    return out;
}

static std::string name_of(std::int64_t first) { return fmt::format("chunk-{:08}", first); }

std::filesystem::path chunk_data_path(std::filesystem::path const& folder, std::int64_t first)
{
    return folder / (name_of(first) + ".data");
}

static std::filesystem::path record_path(std::filesystem::path const& folder, std::int64_t first)
{
    return folder / (name_of(first) + ".json");
}

ChunkWriter::ChunkWriter(std::filesystem::path const& folder, FrameRange range, std::unique_ptr<VideoEncoder> encoder,
                         EncoderOptions const& options)
    : path_(chunk_data_path(folder, range.first)), encoder_(std::move(encoder)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600))
{
    if (!file_) base::fail_errno(errno, "write", path_.string());
    auto const& context = encoder_->context();
    record_.first = range.first;
    record_.frames = range.length();
    record_.encoder = encoder_->name();
    record_.codec = avcodec_get_name(context.codec_id);
    record_.parameter_set_id = options.parameter_set_id;
    record_.threads = context.thread_count;
}

ChunkWriter::~ChunkWriter() = default;

void ChunkWriter::note(DrawnFrame const& drawn)
{
    FrameFact fact;
    fact.black = drawn.drawn.mean() <= black_luma_max;
    fact.source_black = drawn.source.mean() <= black_luma_max;
    fact.frozen = drawn_before_ && drawn.drawn.same_as(*drawn_before_);
    fact.source_frozen = source_before_ && drawn.source.same_as(*source_before_);
    fact.corrupt = drawn.corrupt;
    drawn_before_ = drawn.drawn;
    source_before_ = drawn.source;
    record_.facts += fact_character(fact);
    record_.hashes.push_back(fmt::format("{:016x}", drawn.hash));
}

void ChunkWriter::write(DrawnFrame const& drawn)
{
    note(drawn);
    encoder_->send(drawn.picture, drawn.frame);
    drain();
}

void ChunkWriter::drain()
{
    for (; encoder_->receive(*packet_); av_packet_unref(packet_.get())) {
        std::string_view const bytes(reinterpret_cast<char const*>(packet_->data),
                                     static_cast<std::size_t>(packet_->size));
        base::write_all(file_.get(), bytes, path_.string());
        hash_.update(bytes);
        if (packet_->flags & AV_PKT_FLAG_KEY) record_.keys.push_back(static_cast<std::int64_t>(record_.sizes.size()));
        record_.sizes.push_back(packet_->size);
        record_.shown.push_back(packet_->pts);
    }
}

/// The first frame has none before it in its chunk: it counts as frozen where the second one is.
static void settle_first_fact(std::string& facts)
{
    if (facts.size() > 1) facts[0] = static_cast<char>(facts[0] + ((facts[1] - fact_zero) & 10));
}

ChunkRecord ChunkWriter::finish()
{
    encoder_->flush();
    drain();
    auto const& context = encoder_->context();
    record_.extradata = hexadecimal({context.extradata, static_cast<std::size_t>(context.extradata_size)});
    encoder_.reset(); // its memory is free for the next one
    if (static_cast<std::int64_t>(record_.shown.size()) != record_.frames)
        base::fail(base::ErrorCode::Internal, "{} made {} pictures of {} frames", record_.encoder, record_.shown.size(),
                   record_.frames);
    settle_first_fact(record_.facts);
    record_.data_hash = hash_.hex();
    if (::fsync(file_.get()) != 0) base::fail_errno(errno, "write", path_.string());
    file_.reset();
    base::write_file_atomic(record_path(path_.parent_path(), record_.first), base::to_json(record_), 0600);
    return std::move(record_);
}

void remove_chunk(std::filesystem::path const& folder, std::int64_t first)
{
    std::error_code ignored;
    std::filesystem::remove(record_path(folder, first), ignored); // first: without it the data count for nothing
    std::filesystem::remove(chunk_data_path(folder, first), ignored);
}

/// Whether the record is whole, belongs to these frames and has its data beside it.
static bool fits(ChunkRecord const& record, FrameRange range, std::filesystem::path const& data)
{
    auto const count = static_cast<std::size_t>(range.length());
    if (record.first != range.first || record.frames != range.length() || record.shown.size() != count ||
        record.sizes.size() != count || record.hashes.size() != count || record.facts.size() != count)
        return false;
    std::int64_t bytes = 0;
    for (auto const size : record.sizes) bytes += size;
    std::error_code error;
    auto const stored = std::filesystem::file_size(data, error);
    return !error && stored == static_cast<std::uintmax_t>(bytes) && base::sha256_file(data) == record.data_hash;
}

std::vector<ChunkRecord> load_chunks(std::filesystem::path const& folder, std::vector<FrameRange> const& ranges)
{
    std::vector<ChunkRecord> records;
    std::set<std::string> kept;
    for (auto const& range : ranges) {
        try {
            auto record =
                base::read_json<ChunkRecord>(base::read_file(record_path(folder, range.first), record_bytes_max), "");
            if (!fits(record, range, chunk_data_path(folder, range.first))) continue;
            records.push_back(std::move(record));
            kept.insert(name_of(range.first));
        } catch (base::Error const&) { // not there, or not whole: it is made again
            continue;
        }
    }
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator(folder, error)) {
        auto const name = entry.path().filename().string();
        std::error_code ignored;
        if (name.starts_with("chunk-") && !kept.contains(entry.path().stem().string()))
            std::filesystem::remove(entry.path(), ignored);
    }
    return records;
}

} // namespace media
