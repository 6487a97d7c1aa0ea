#pragma once
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "media/output/parameter_sets.h"
#include "media/output/video_encoder.h"
#include "media/picture/drawing.h"

#include <optional>

namespace media {

/// What is known of one frame besides its pixels.
struct FrameFact {
    bool black = false;
    bool frozen = false; ///< shows what the frame before shows
    bool source_black = false;
    bool source_frozen = false;
    bool corrupt = false;
};

/// A part of the clip's picture track that is encoded and safe on disk: closed, so that it can be joined to others. The
/// coded pictures lie one behind the other in a file of their own.
struct ChunkRecord {
    std::int64_t first = 0; ///< frame of the clip
    std::int64_t frames = 0;
    std::string encoder;
    std::string codec; ///< libav's name of the format: "h264"
    int parameter_set_id = 0;
    int threads = 0;
    std::string extradata;           ///< hexadecimal
    std::vector<std::int64_t> shown; ///< frame of the clip for each coded picture, in decoding order
    std::vector<std::int64_t> sizes; ///< bytes of each
    std::vector<std::int64_t> keys;  ///< places of those that need no other
    std::vector<std::string> hashes; ///< of the finished pictures, 16 hexadecimal digits each
    std::string facts;               ///< one character a frame, see fact_of
    std::string data_hash;           ///< of the coded pictures

    FrameRange range() const { return {first, first + frames}; }
    FrameFact fact_of(std::size_t frame) const;
    Bytes extradata_bytes() const;
};
BOOST_DESCRIBE_STRUCT(ChunkRecord, (),
                      (first, frames, encoder, codec, parameter_set_id, threads, extradata, shown, sizes, keys, hashes,
                       facts, data_hash))

/// Encodes the frames of one chunk with an encoder of its own and makes it durable: a chunk is there with its record or
/// not at all, also after a power cut.
class ChunkWriter {
public:
    ChunkWriter(std::filesystem::path const& folder, FrameRange range, std::unique_ptr<VideoEncoder> encoder,
                EncoderOptions const& options);
    ~ChunkWriter();
    void write(DrawnFrame const& drawn);
    /// Ends the encoder, then data and record are on disk.
    ChunkRecord finish();

private:
    void drain();
    void note(DrawnFrame const& drawn);

    std::filesystem::path path_; ///< of the data
    std::unique_ptr<VideoEncoder> encoder_;
    ChunkRecord record_;
    base::Fd file_;
    base::Sha256 hash_;
    Packet packet_ = make_packet();
    std::optional<Signature> drawn_before_;
    std::optional<Signature> source_before_;
};

std::filesystem::path chunk_data_path(std::filesystem::path const& folder, std::int64_t first);
/// The chunks in a folder that are whole and fit these ranges; anything else of chunks is removed.
std::vector<ChunkRecord> load_chunks(std::filesystem::path const& folder, std::vector<FrameRange> const& ranges);
void remove_chunk(std::filesystem::path const& folder, std::int64_t first);

} // namespace media
