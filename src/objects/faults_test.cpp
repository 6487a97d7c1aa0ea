// Against a small store of our own that is strict about what it is asked and fails when told to.
#include "objects/object_blobs.h"

#include "base/file.h"
#include "base/hash.h"
#include "net/http_server.h"
#include "support.h"

#include <map>

using namespace std::chrono_literals;
using base::ErrorCode;

static base::SystemClock const the_clock;

namespace {

/// One bucket in memory. Each entry of `faults` spoils one request that it fits, in the order of their coming.
class StrictStore {
public:
    struct Fault {
        std::string method;
        std::string contains; ///< in the query or the path
        enum class Kind { SlowDown, Drop, DropAfter, WrongEtag, ErrorIn200, Garbage, CutBody } kind;
    };

    std::string url() const { return server_.url(); }
    void fail_with(Fault const& fault, int times = 1)
    {
        std::scoped_lock const lock(mutex_);
        for (int i = 0; i < times; ++i) faults_.push_back(fault);
    }
    int requests(std::string const& method)
    {
        std::scoped_lock const lock(mutex_);
        return requests_[method];
    }
    std::map<std::string, std::string> objects()
    {
        std::scoped_lock const lock(mutex_);
        return objects_;
    }
    void spoil(std::string const& key)
    {
        std::scoped_lock const lock(mutex_);
        objects_["/media/" + key].back() ^= 1;
    }
    std::size_t faults_left()
    {
        std::scoped_lock const lock(mutex_);
        return faults_.size();
    }
    std::size_t uploads_open()
    {
        std::scoped_lock const lock(mutex_);
        return uploads_.size();
    }
    std::string complaint()
    {
        std::scoped_lock const lock(mutex_);
        return complaint_;
    }

private:
    using Query = std::map<std::string, std::string>;
    static net::ServerResponse error(int status, std::string const& code)
    {
        return {.status = status,
                .body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>told to</Message></Error>",
                .content_type = "application/xml"};
    }
    std::optional<Fault> take_fault(net::ServerRequest const& request, std::string const& where)
    {
        for (auto it = faults_.begin(); it != faults_.end(); ++it) {
            if (it->method != request.method || where.find(it->contains) == std::string::npos) continue;
            auto fault = *it;
            faults_.erase(it);
            return fault;
        }
        return std::nullopt;
    }
    /// What a strict service checks before it looks at the request at all.
    std::string refusal(net::ServerRequest const& request) const
    {
        if (request.header("x-amz-content-sha256") != base::sha256(request.body)) return "XAmzContentSHA256Mismatch";
        if (!request.header("content-encoding").empty()) return "NotImplemented";
        objects::Signable wanted{.method = request.method,
                                 .host = std::string(request.header("host")),
                                 .path = request.path,
                                 .query = request.query,
                                 .payload_hash = base::sha256(request.body)};
        auto const stamp = std::string(request.header("x-amz-date"));
        auto const time = base::parse_time(fmt::format("{}-{}-{}T{}:{}:{}Z", stamp.substr(0, 4), stamp.substr(4, 2),
                                                       stamp.substr(6, 2), stamp.substr(9, 2), stamp.substr(11, 2),
                                                       stamp.substr(13, 2)));
        auto const headers = objects::sign(wanted, {"key", "secret"}, {"us-east-1"}, time.value_or(base::Time{}));
        return net::find_header(headers, "Authorization") == request.header("authorization") ? ""
                                                                                             : "SignatureDoesNotMatch";
    }
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        std::scoped_lock const lock(mutex_);
        ++requests_[request.method];
        std::string where = request.path + "?";
        Query query;
        for (auto const& [name, value] : request.query) {
            query[name] = value;
            where += name + "=" + value + "&";
        }
        if (auto const code = refusal(request); !code.empty()) {
            complaint_ = code + " " + where;
            return error(403, code);
        }
        auto const fault = take_fault(request, where);
        if (!fault) return serve(request, query);
        switch (fault->kind) {
        case Fault::Kind::SlowDown: return error(503, "SlowDown");
        case Fault::Kind::Drop: return {.body = "lost", .cut_after = 0};
        case Fault::Kind::DropAfter: serve(request, query); return {.body = "lost", .cut_after = 0};
        case Fault::Kind::ErrorIn200: {
            auto said = error(503, "InternalError");
            said.status = 200;
            return said;
        }
        case Fault::Kind::Garbage: return {.status = 500, .body = "<html>broken"};
        case Fault::Kind::WrongEtag: {
            auto said = serve(request, query);
            for (auto& [name, value] : said.headers)
                if (name == "ETag") value = "\"" + std::string(32, 'a') + "\"";
            return said;
        }
        case Fault::Kind::CutBody: {
            auto said = serve(request, query);
            said.cut_after = said.body.size() / 2;
            return said;
        }
        }
        return {};
    }
    net::ServerResponse serve(net::ServerRequest const& request, Query const& query)
    {
        if (query.contains("uploadId") || query.contains("uploads")) return serve_upload(request, query);
        auto const it = objects_.find(request.path);
        if (request.method == "PUT") {
            objects_[request.path] = request.body;
            return {.headers = {{"ETag", "\"not an md5\""}}};
        }
        if (it == objects_.end()) return error(404, "NoSuchKey");
        if (request.method == "DELETE") {
            objects_.erase(it);
            return {.status = 204};
        }
        net::ServerResponse said{.headers = {{"ETag", "\"e\""}}, .body = it->second};
        auto const range = std::string(request.header("range"));
        if (range.empty()) return said;
        auto const from = std::stoul(range.substr(range.find('=') + 1));
        if (from >= it->second.size()) return error(416, "InvalidRange");
        said.status = 206;
        said.body = it->second.substr(from);
        said.headers.emplace_back("Content-Range",
                                  fmt::format("bytes {}-{}/{}", from, it->second.size() - 1, it->second.size()));
        return said;
    }
    net::ServerResponse serve_upload(net::ServerRequest const& request, Query const& query)
    {
        if (query.contains("uploads")) {
            auto const id = std::to_string(++upload_ids_);
            uploads_[id] = {};
            return xml("<InitiateMultipartUploadResult><UploadId>" + id +
                       "</UploadId></InitiateMultipartUploadResult>");
        }
        auto const upload = uploads_.find(query.at("uploadId"));
        if (upload == uploads_.end()) return error(404, "NoSuchUpload");
        if (request.method == "PUT") {
            upload->second[std::stoi(query.at("partNumber"))] = request.body;
            return {.headers = {{"ETag", "\"part " + query.at("partNumber") + "\""}}};
        }
        if (request.method == "GET") {
            std::string parts;
            for (auto const& [number, body] : upload->second)
                parts +=
                    fmt::format("<Part><PartNumber>{0}</PartNumber><ETag>\"part {0}\"</ETag><Size>{1}</Size></Part>",
                                number, body.size());
            return xml("<ListPartsResult>" + parts + "</ListPartsResult>");
        }
        if (request.method == "POST") {
            std::string whole;
            for (auto const& [number, body] : upload->second) whole += body;
            objects_[request.path] = whole;
        }
        uploads_.erase(upload);
        return request.method == "POST" ? xml("<CompleteMultipartUploadResult/>") : net::ServerResponse{.status = 204};
    }
    static net::ServerResponse xml(std::string const& text)
    {
        return {.body = text, .content_type = "application/xml"};
    }

    std::mutex mutex_;
    std::vector<Fault> faults_;
    std::map<std::string, int> requests_;
    std::map<std::string, std::string> objects_;
    std::map<std::string, std::map<int, std::string>> uploads_;
    int upload_ids_ = 0;
    std::string complaint_;
    net::HttpServer server_{
        {.body_bytes_max = 8U << 20U},
        [this](net::ServerRequest const& request, std::stop_token const&) { return answer(request); }};
};

using Kind = StrictStore::Fault::Kind;

class FaultsTest : public testing::Test {
protected:
    objects::ObjectBlobs blobs(std::string const& cache, std::uintmax_t cache_bytes_max = 1U << 30U)
    {
        objects::ClientOptions with;
        with.endpoint = store_.url();
        with.bucket = "media";
        with.credentials = {"key", "secret"};
        with.part_bytes = 100'000;
        with.backoff = {.first = 1ms, .longest = 5ms};
        objects::BlobOptions options{.cache = folder_.path() / cache, .cache_bytes_max = cache_bytes_max};
        options.keep_fetched = 0ms;
        return {objects::Client(with, http_, random_), options};
    }
    std::filesystem::path file(std::string const& name, std::size_t bytes)
    {
        std::string text(bytes, '\0');
        for (auto& c : text) c = static_cast<char>(random_.bits());
        base::write_file_atomic(folder_.path() / name, text);
        return folder_.path() / name;
    }
    std::string stored(std::string const& name) { return store_.objects()["/media/blobs/" + name]; }

    StrictStore store_;
    base::TemporaryFolder folder_;
    base::Random random_{9};
    net::HttpClient http_{{.backoff_first = 1ms}, the_clock, random_};
};

} // namespace

TEST_F(FaultsTest, refusals_and_lost_answers_are_tried_again_with_the_same_end)
{
    auto here = blobs("one");
    auto const path = file("film", 250'000);
    store_.fail_with({"HEAD", "", Kind::SlowDown});
    store_.fail_with({"POST", "uploads", Kind::SlowDown}, 2);
    store_.fail_with({"PUT", "partNumber=1", Kind::Drop});
    store_.fail_with({"PUT", "partNumber=2", Kind::DropAfter});
    store_.fail_with({"PUT", "partNumber=2", Kind::WrongEtag});
    store_.fail_with({"PUT", "partNumber=3", Kind::Garbage}, 3);
    store_.fail_with({"POST", "uploadId", Kind::ErrorIn200});
    auto const blob = here.put_file(path);
    EXPECT_EQ(base::sha256(stored(blob.name)), blob.name);
    EXPECT_EQ(store_.faults_left(), 0U);
    EXPECT_EQ(store_.uploads_open(), 0U);
    EXPECT_EQ(store_.complaint(), "");
}

TEST_F(FaultsTest, a_completion_whose_answer_was_lost_counts_as_done)
{
    auto here = blobs("one");
    store_.fail_with({"POST", "uploadId", Kind::DropAfter});
    auto const blob = here.put_file(file("film", 250'000));
    EXPECT_EQ(base::sha256(stored(blob.name)), blob.name);
    EXPECT_EQ(store_.requests("PUT"), 3);
}

TEST_F(FaultsTest, an_upload_that_failed_goes_on_with_the_parts_that_are_there)
{
    auto here = blobs("one");
    auto const path = file("film", 1'000'000);
    store_.fail_with({"PUT", "partNumber=8", Kind::SlowDown}, 6);
    EXPECT_EQ(test::error_of([&] { here.put_file(path); }).code, ErrorCode::Upstream);
    EXPECT_EQ(store_.requests("PUT"), 7 + 6);
    auto const blob = blobs("one").put_file(path); // as after a restart
    EXPECT_EQ(store_.requests("PUT"), 7 + 6 + 3);
    EXPECT_EQ(base::sha256(stored(blob.name)), blob.name);
}

TEST_F(FaultsTest, an_upload_that_the_service_forgot_begins_anew)
{
    auto here = blobs("one");
    auto const path = file("film", 250'000);
    auto const name = base::sha256_file(path);
    base::write_file_atomic(folder_.path() / "one/uploads" / (name + ".json"),
                            R"({"upload":"99","part_bytes":100000})");
    EXPECT_EQ(here.put_file(path).name, name);
    EXPECT_EQ(base::sha256(stored(name)), name);
}

TEST_F(FaultsTest, what_comes_cut_or_wrong_is_never_taken_for_the_blob)
{
    auto const name = blobs("one").put_file(file("film", 300'000)).name;
    auto other = blobs("other machine");
    store_.fail_with({"GET", "", Kind::CutBody}, 2);
    EXPECT_EQ(base::sha256_file(other.path_of(name)), name);
    store_.spoil("blobs/" + name);
    auto third = blobs("third machine");
    EXPECT_EQ(test::error_of([&] { third.path_of(name); }).code, ErrorCode::Upstream);
    EXPECT_FALSE(third.verify(name));
    EXPECT_TRUE(other.verify(name)) << "the copy there is whole";
}

TEST_F(FaultsTest, the_cache_is_bounded_and_what_is_held_stays)
{
    auto far = blobs("far");
    std::vector<std::string> names;
    for (int i = 0; i < 4; ++i) names.push_back(far.put_file(file("film" + std::to_string(i), 90'000)).name);
    auto here = blobs("here", 200'000);
    auto held = here.hold(names[0]);
    for (int i = 1; i < 4; ++i) here.path_of(names[static_cast<std::size_t>(i)]);
    EXPECT_LE(here.cached_bytes(), 200'000U);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "here/blobs" / names[0]));
    auto const also = here.hold(names[3]);
    EXPECT_EQ(test::error_of([&] { here.path_of(names[1]); }).code, ErrorCode::Storage) << "all of it is in use";
    held.reset();
    here.path_of(names[1]);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "here/blobs" / names[0]));
}

TEST_F(FaultsTest, a_wrong_key_is_told_once_and_not_tried_again)
{
    objects::ClientOptions with;
    with.endpoint = store_.url();
    with.bucket = "media";
    with.credentials = {"key", "wrong"};
    objects::Client const wrong(with, http_, random_);
    auto client = wrong;
    auto const error = test::error_of([&] { client.put("a", "b"); });
    EXPECT_EQ(error.code, ErrorCode::Forbidden);
    EXPECT_NE(error.next_action.find("s3.secret_key"), std::string::npos);
    EXPECT_EQ(store_.requests("PUT"), 1);
}
