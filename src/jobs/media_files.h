#pragma once
#include "store/blob_store.h"
#include "store/tables/assets.h"
#include "store/tables/clips.h"

/// Where media lie on this machine, whichever machine made them. Where blobs are shared, the rows' paths are those of
/// the machine that wrote them.
namespace jobs {

struct LocalFile {
    std::filesystem::path path;
    std::shared_ptr<void> held; ///< keep it for as long as the file is read
};

/// NotFound where the file lies on another machine's disk alone.
LocalFile local_asset(store::BlobStore& blobs, store::Asset const& asset);

/// Gives a finished clip's files to the other machines; does nothing where blobs are not shared.
void share_clip(store::BlobStore& blobs, store::Clip& clip);
/// The clip with paths on this machine; fetched into the folder `clips` where another one made it.
store::Clip local_clip(store::BlobStore& blobs, std::filesystem::path const& clips, store::Clip clip);

} // namespace jobs
