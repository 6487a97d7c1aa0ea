#include "store/blob_store.h"

#include "base/hash.h"
#include "support.h"

#include <fcntl.h>
#include <latch>
#include <sys/file.h>
#include <thread>

using base::ErrorCode;
namespace fs = std::filesystem;

class BlobStoreTest : public testing::Test {
protected:
    std::size_t files() const
    {
        std::size_t count = 0;
        for (auto const& entry : fs::recursive_directory_iterator(blobs_)) count += entry.is_regular_file() ? 1 : 0;
        return count;
    }
    base::TemporaryFolder folder_;
    fs::path blobs_ = folder_.path() / "blobs";
};

TEST_F(BlobStoreTest, content_is_its_name_and_is_kept_once)
{
    store::FolderBlobStore store(blobs_);
    auto const blob = store.put_bytes("hello");
    EXPECT_EQ(blob.name, base::sha256("hello"));
    EXPECT_EQ(store.path_of(blob.name), blobs_ / blob.name.substr(0, 2) / blob.name.substr(2, 2) / blob.name);
    base::write_file_atomic(folder_.path() / "f", "hello");
    EXPECT_EQ(store.put_file(folder_.path() / "f").name, blob.name);
    EXPECT_EQ(store.total_bytes(), 5U);
    EXPECT_EQ(files(), 1U);
    EXPECT_EQ(base::read_file(store.path_of(blob.name), 100), "hello");
    EXPECT_TRUE(store.verify(blob.name));
    EXPECT_TRUE(fs::exists(folder_.path() / "f"));
    EXPECT_EQ(store.put_bytes("").bytes, 0U);
}

TEST_F(BlobStoreTest, changed_content_is_noticed)
{
    store::FolderBlobStore store(blobs_);
    auto const name = store.put_bytes("hello").name;
    base::write_file_atomic(store.path_of(name), "jello");
    EXPECT_FALSE(store.verify(name));
    EXPECT_FALSE(store.verify(std::string(64, '0')));
}

TEST_F(BlobStoreTest, a_removed_blob_makes_room)
{
    store::FolderBlobStore store(blobs_, 8);
    auto const name = store.put_bytes("hello").name;
    EXPECT_TRUE(store.remove(name));
    EXPECT_FALSE(store.remove(name));
    EXPECT_EQ(store.total_bytes(), 0U);
    EXPECT_EQ(test::error_of([&] { store.path_of(name); }).code, ErrorCode::NotFound);
    store.put_bytes("12345678");
}

TEST_F(BlobStoreTest, the_quota_is_named_and_nothing_is_left_of_what_exceeds_it)
{
    store::FolderBlobStore store(blobs_, 8);
    store.put_bytes("hello");
    auto const error = test::error_of([&] { store.put_bytes("world"); });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    auto const text = std::string(error.what());
    EXPECT_NE(text.find("holds 5 bytes, 5 more exceed its quota of 8"), std::string::npos) << text;
    base::write_file_atomic(folder_.path() / "f", "world");
    EXPECT_EQ(test::error_of([&] { store.put_file(folder_.path() / "f"); }).code, ErrorCode::Storage);
    EXPECT_EQ(files(), 1U);
    store.put_bytes("abc");
}

TEST_F(BlobStoreTest, the_quota_holds_for_what_was_there_before_and_sees_what_others_removed)
{
    std::string name;
    {
        store::FolderBlobStore store(blobs_, 8);
        name = store.put_bytes("hello").name;
    }
    store::FolderBlobStore store(blobs_, 8);
    EXPECT_EQ(store.total_bytes(), 5U);
    store::FolderBlobStore(blobs_, 8).remove(name);
    store.put_bytes("world");
}

TEST_F(BlobStoreTest, leftovers_of_the_dead_are_cleaned_and_work_of_the_living_is_not)
{
    fs::create_directories(blobs_ / "incoming");
    base::write_file_atomic(blobs_ / "incoming" / "dead", "half of a fi");
    auto const living = blobs_ / "incoming" / "living";
    base::Fd const writer(::open(living.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    ASSERT_EQ(::flock(writer.get(), LOCK_EX), 0);
    store::FolderBlobStore const store(blobs_);
    EXPECT_FALSE(fs::exists(blobs_ / "incoming" / "dead"));
    EXPECT_TRUE(fs::exists(living));
}

TEST_F(BlobStoreTest, names_that_are_none_cannot_leave_the_folder)
{
    store::FolderBlobStore store(blobs_);
    for (auto const* name : {"", "../../etc/passwd", "ABCDEF"})
        EXPECT_EQ(test::error_of([&] { store.contains(name); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { store.put_file(folder_.path()); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { store.put_file("/nowhere/x"); }).code, ErrorCode::NotFound);
}

TEST_F(BlobStoreTest, many_threads_put_the_same_content)
{
    store::FolderBlobStore store(blobs_);
    std::latch ready(4);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                ready.arrive_and_wait();
                for (int k = 0; k < 5; ++k) store.put_bytes("content " + std::to_string(k));
            });
    }
    EXPECT_EQ(files(), 5U);
    EXPECT_EQ(store.total_bytes(), 45U);
}
