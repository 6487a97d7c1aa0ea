#include "jobs/media_files.h"

#include "base/file.h"

namespace jobs {

namespace fs = std::filesystem;

LocalFile local_asset(store::BlobStore& blobs, store::Asset const& asset)
{
    std::error_code error;
    if (asset.blob) {
        auto held = blobs.hold(*asset.blob);
        return {blobs.path_of(*asset.blob), std::move(held)};
    }
    if (fs::is_regular_file(asset.path, error)) return {asset.path, nullptr};
    base::fail(base::ErrorCode::NotFound,
               base::Next{"put the library where all workers see it, or run one machine with it"},
               "{} is not on this machine, and it was acquired without shared storage", asset.path);
}

static std::optional<std::string> put_if_there(store::BlobStore& blobs, fs::path const& file)
{
    std::error_code error;
    if (file.empty() || !fs::is_regular_file(file, error)) return std::nullopt;
    return blobs.put_file(file).name;
}

void share_clip(store::BlobStore& blobs, store::Clip& clip)
{
    if (!blobs.is_shared()) return;
    clip.blob = blobs.put_file(clip.output_path).name;
    clip.thumbnail_blob = put_if_there(blobs, clip.thumbnail_path);
    clip.record_blob = put_if_there(blobs, clip.output_path + ".json");
}

/// A file of the clip under its own name in the folder for clips.
static fs::path fetched(store::BlobStore& blobs, fs::path const& clips, std::optional<std::string> const& blob,
                        fs::path const& named)
{
    auto const target = clips / named.filename();
    std::error_code error;
    if (!blob || fs::is_regular_file(target, error)) return target;
    auto const held = blobs.hold(*blob);
    base::make_folder(clips);
    base::TemporaryFolder const work(clips, ".fetch");
    auto const part = work.path() / "part";
    fs::copy_file(blobs.path_of(*blob), part, error);
    if (error) base::fail_errno(error.value(), "write", part.string());
    base::publish_file(part, target);
    return target;
}

store::Clip local_clip(store::BlobStore& blobs, fs::path const& clips, store::Clip clip)
{
    std::error_code error;
    if (!clip.blob || fs::is_regular_file(clip.output_path, error)) return clip;
    auto const record = fs::path(clip.output_path + ".json");
    fetched(blobs, clips, clip.record_blob, record);
    if (!clip.thumbnail_path.empty())
        clip.thumbnail_path = fetched(blobs, clips, clip.thumbnail_blob, clip.thumbnail_path).string();
    clip.output_path = fetched(blobs, clips, clip.blob, clip.output_path).string();
    return clip;
}

} // namespace jobs
