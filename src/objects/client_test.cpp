// Against Swift, which verifies every signature and every hash: what is accepted here is S3.
#include "objects/object_blobs.h"

#include "base/file.h"
#include "base/hash.h"
#include "support.h"
#include "swift_server.h"

using namespace std::chrono_literals;
using base::ErrorCode;

static base::SystemClock const the_clock;

class SwiftTest : public testing::Test {
protected:
    static void SetUpTestSuite() { server = std::make_unique<test::SwiftServer>(); }
    static void TearDownTestSuite() { server.reset(); }
    static objects::ClientOptions options()
    {
        objects::ClientOptions out;
        out.endpoint = server->url();
        out.region = test::SwiftServer::region;
        out.bucket = "media";
        out.credentials = {test::SwiftServer::access_key, test::SwiftServer::secret_key};
        out.part_bytes = 5U << 20U;
        out.backoff = {.first = 20ms, .longest = 200ms};
        return out;
    }
    objects::Client client() { return client(options()); }
    objects::Client client(objects::ClientOptions const& with) { return {with, http_, random_}; }
    objects::ObjectBlobs blobs(std::string const& cache)
    {
        objects::BlobOptions with;
        with.cache = folder_.path() / cache;
        return {client(), with};
    }
    std::filesystem::path file(std::string const& name, std::size_t bytes)
    {
        std::string text(bytes, '\0');
        for (auto& c : text) c = static_cast<char>(random_.bits());
        base::write_file_atomic(folder_.path() / name, text);
        return folder_.path() / name;
    }
    static std::string content(std::filesystem::path const& path) { return base::read_file(path, 64U << 20U); }

    static std::unique_ptr<test::SwiftServer> server;
    base::TemporaryFolder folder_;
    base::Random random_{5};
    net::HttpClient http_{{}, the_clock, random_};
};
std::unique_ptr<test::SwiftServer> SwiftTest::server;

TEST_F(SwiftTest, a_real_service_accepts_what_is_signed_and_refuses_what_is_not)
{
    auto media = client();
    EXPECT_EQ(test::error_of([&] { media.check_bucket(); }).code, ErrorCode::Unavailable);
    media.create_bucket();
    media.create_bucket(); // there already
    media.check_bucket();

    auto const key = std::string("odd keys/\xc3\xa9 (1)+&=~'!*.txt");
    media.put(key, "hello");
    EXPECT_EQ(media.head(key)->bytes, 5U);
    EXPECT_FALSE(media.head("nothing"));
    media.get(key, folder_.path() / "out", 100);
    EXPECT_EQ(content(folder_.path() / "out"), "hello");
    auto const url = media.presigned_get(key, 60s);
    EXPECT_EQ(http_.send({.url = url, .trust = net::Trust::Operator}).body, "hello");
    EXPECT_EQ(http_.send({.url = url + "x", .trust = net::Trust::Operator}).status, 403);
    for (int i = 0; i < 3; ++i) media.put(fmt::format("list/{}", i), "x");
    EXPECT_EQ(media.list("list/").items.size(), 3U);
    media.remove(key);
    media.remove(key);
    EXPECT_FALSE(media.head(key));

    auto wrong = options();
    wrong.credentials.secret_key = "guess";
    EXPECT_EQ(test::error_of([&] { client(wrong).put("a", "b"); }).code, ErrorCode::Forbidden);
}

TEST_F(SwiftTest, large_files_go_up_in_parts_and_go_on_where_they_were_interrupted)
{
    client().create_bucket();
    auto const path = file("film", (12U << 20U) + 17);
    auto const name = base::sha256_file(path);
    auto const text = content(path);
    {
        // As a process leaves it that dies after its first part.
        auto media = client();
        auto const upload = media.begin_upload("blobs/" + name);
        media.put_part("blobs/" + name, upload, 1, std::string_view(text).substr(0, 5U << 20U));
        base::make_folder(folder_.path() / "one/uploads");
        base::write_file_atomic(folder_.path() / "one/uploads" / (name + ".json"),
                                fmt::format(R"({{"upload":"{}","part_bytes":{}}})", upload, 5U << 20U));
        ASSERT_EQ(media.list_parts("blobs/" + name, upload).size(), 1U);
    }
    auto here = blobs("one");
    auto const blob = here.put_file(path);
    EXPECT_EQ(blob.name, name);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "one/uploads"));
    EXPECT_TRUE(client().list_uploads("blobs/").empty()) << "the upload that was there was taken up";

    auto elsewhere = blobs("another machine");
    EXPECT_TRUE(elsewhere.contains(name));
    EXPECT_EQ(base::sha256_file(elsewhere.path_of(name)), name);
    EXPECT_EQ(elsewhere.put_file(path).bytes, text.size());
    EXPECT_TRUE(elsewhere.verify(name));
    EXPECT_GE(elsewhere.total_bytes(), text.size());
    EXPECT_TRUE(elsewhere.remove(name));
    EXPECT_FALSE(elsewhere.remove(name));
    EXPECT_EQ(test::error_of([&] { blobs("third").path_of(name); }).code, ErrorCode::NotFound);
}

TEST_F(SwiftTest, an_upload_that_nobody_ends_is_given_up)
{
    auto media = client();
    media.create_bucket();
    media.begin_upload("blobs/" + std::string(64, 'a'));
    auto here = blobs("one");
    EXPECT_EQ(here.give_up_leftovers(the_clock.now()), 0);
    EXPECT_EQ(here.give_up_leftovers(the_clock.now() + 48h), 1);
    EXPECT_TRUE(media.list_uploads("blobs/").empty());
}
