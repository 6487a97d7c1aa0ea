#include "jobs/media_files.h"

#include "support.h"

namespace {

/// A bucket that two machines see, as a folder.
struct Bucket : store::FolderBlobStore {
    using FolderBlobStore::FolderBlobStore;
    bool is_shared() const override { return true; }
};

class MediaFiles : public testing::Test {
protected:
    store::Clip rendered()
    {
        store::Clip clip;
        auto const output = folder_.path() / "there/clips/film.mp4";
        base::make_folder(output.parent_path());
        base::write_file_atomic(output, "picture");
        base::write_file_atomic(output.string() + ".json", "record");
        base::write_file_atomic(folder_.path() / "there/clips/film.jpg", "small picture");
        clip.output_path = output.string();
        clip.thumbnail_path = (folder_.path() / "there/clips/film.jpg").string();
        return clip;
    }
    static std::string text(std::filesystem::path const& path) { return base::read_file(path, 1'000); }

    base::TemporaryFolder folder_;
    std::filesystem::path here_ = folder_.path() / "here/clips";
    Bucket bucket_{folder_.path() / "bucket"};
};

} // namespace

TEST_F(MediaFiles, a_clip_of_another_machine_is_fetched_with_its_thumbnail_and_record)
{
    auto clip = rendered();
    jobs::share_clip(bucket_, clip);
    ASSERT_TRUE(clip.blob && clip.thumbnail_blob && clip.record_blob);
    EXPECT_EQ(jobs::local_clip(bucket_, here_, clip).output_path, clip.output_path) << "it is here already";
    std::filesystem::remove_all(folder_.path() / "there");
    for (int again = 0; again < 2; ++again) {
        auto const local = jobs::local_clip(bucket_, here_, clip);
        EXPECT_EQ(local.output_path, (here_ / "film.mp4").string());
        EXPECT_EQ(text(local.output_path), "picture");
        EXPECT_EQ(text(local.output_path + ".json"), "record");
        EXPECT_EQ(text(local.thumbnail_path), "small picture");
    }
}

TEST_F(MediaFiles, on_one_machine_nothing_is_copied)
{
    store::FolderBlobStore own(folder_.path() / "own");
    auto clip = rendered();
    jobs::share_clip(own, clip);
    EXPECT_FALSE(clip.blob);
    EXPECT_EQ(own.total_bytes(), 0U);
    EXPECT_EQ(jobs::local_clip(own, here_, clip).output_path, clip.output_path);
}

TEST_F(MediaFiles, an_asset_comes_from_the_bucket_and_one_that_lies_elsewhere_is_named)
{
    store::Asset asset;
    asset.path = "/another/machine/film.mp4";
    EXPECT_EQ(test::error_of([&] { jobs::local_asset(bucket_, asset); }).code, base::ErrorCode::NotFound);
    asset.blob = bucket_.put_bytes("picture").name;
    EXPECT_EQ(text(jobs::local_asset(bucket_, asset).path), "picture");
}
