// tus 1.0 over the whole API, and what a crash, a stranger or a liar does to it.
#include "api_case.h"
#include "base/hash.h"
#include "raw_server.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

class Uploads : public test::ApiCase {
protected:
    using Headers = net::Headers;
    net::ServerResponse ask(std::string method, std::string path, Headers headers, std::string body = {},
                            std::string const& who = "ada")
    {
        headers.emplace_back("Tus-Resumable", "1.0.0");
        headers.emplace_back("Authorization", "Bearer " + who);
        return call(std::move(path), {}, std::move(method), std::move(headers), std::move(body));
    }
    std::string create(std::size_t length, Headers headers = {})
    {
        headers.emplace_back("Upload-Length", std::to_string(length));
        auto const answer = ask("POST", "/api/v1/uploads", std::move(headers));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return std::string(net::find_header(answer.headers, "Location"));
    }
    net::ServerResponse patch(std::string const& place, std::size_t offset, std::string body, Headers headers = {},
                              std::string const& who = "ada")
    {
        headers.emplace_back("Upload-Offset", std::to_string(offset));
        headers.emplace_back("Content-Type", "application/offset+octet-stream");
        return ask("PATCH", place, std::move(headers), std::move(body), who);
    }
    std::string offset_of(std::string const& place)
    {
        return std::string(net::find_header(ask("HEAD", place, {}).headers, "Upload-Offset"));
    }
    /// The same as one large body that arrives in pieces.
    std::shared_ptr<net::BodySink> stream(std::string const& place, std::size_t offset, Headers headers = {})
    {
        net::ServerRequest head;
        head.method = "PATCH";
        head.path = place;
        head.headers = std::move(headers);
        for (auto const& [name, value] : Headers{{"Host", "127.0.0.1"},
                                                 {"Authorization", "Bearer ada"},
                                                 {"Tus-Resumable", "1.0.0"},
                                                 {"Content-Type", "application/offset+octet-stream"},
                                                 {"Upload-Offset", std::to_string(offset)}})
            head.headers.emplace_back(name, value);
        auto decision = dispatcher.receive(head);
        if (decision.refusal) ADD_FAILURE() << decision.refusal->body;
        return decision.sink;
    }
    std::string state_of(std::string const& place)
    {
        return std::string(json(ask("GET", place, {})).at("state").as_string());
    }
    static std::string sha1(std::string const& bytes)
    {
        unsigned char digest[SHA_DIGEST_LENGTH];
        SHA1(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), digest);
        return base::base64({reinterpret_cast<char const*>(digest), sizeof digest});
    }
    std::stop_token const go_on;
};

TEST_F(Uploads, a_file_comes_in_pieces_and_is_a_blob_in_the_end)
{
    auto const place = create(11, {{"Upload-Metadata", "filename Y2xpcC5tcDQ=,private"}});
    EXPECT_EQ(offset_of(place), "0");
    EXPECT_EQ(patch(place, 0, "hello ").status, 204);
    EXPECT_EQ(offset_of(place), "6");
    auto const last = patch(place, 6, "world");
    EXPECT_EQ(net::find_header(last.headers, "Upload-Offset"), "11");
    auto const view = json(ask("GET", place, {}));
    EXPECT_EQ(view.at("state").as_string(), "done");
    EXPECT_EQ(view.at("sha256").as_string(), base::sha256("hello world"));
    EXPECT_EQ(view.at("metadata").at("filename").as_string(), "clip.mp4");
    auto const file = ask("GET", place + "/file", {});
    ASSERT_TRUE(file.file);
    EXPECT_EQ(file.file->count, 11U);
    EXPECT_EQ(file.content_type, "video/mp4");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "uploads"));
}

TEST_F(Uploads, the_first_bytes_may_come_with_the_beginning)
{
    auto const answer = ask("POST", "/api/v1/uploads",
                            {{"Upload-Length", "5"}, {"Content-Type", "application/offset+octet-stream"}}, "hello");
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(net::find_header(answer.headers, "Upload-Offset"), "5");
    auto const place = std::string(net::find_header(answer.headers, "Location"));
    EXPECT_EQ(state_of(place), "done");
    EXPECT_EQ(state_of(create(0)), "done") << "an empty file is one, too";
}

TEST_F(Uploads, what_is_spoken_here_is_told_to_whoever_asks)
{
    auto const answer = call("/api/v1/uploads", {}, "OPTIONS", {{"Authorization", " "}});
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(net::find_header(answer.headers, "Tus-Version"), "1.0.0");
    EXPECT_NE(net::find_header(answer.headers, "Tus-Extension").find("checksum"), std::string::npos);
    auto const place = create(5);
    auto const other = call(place, {}, "PATCH", {{"Tus-Resumable", "0.2.2"}});
    EXPECT_EQ(other.status, 412);
    EXPECT_EQ(net::find_header(other.headers, "Tus-Version"), "1.0.0");
}

TEST_F(Uploads, a_wrong_offset_a_wrong_type_and_too_many_bytes_change_nothing)
{
    auto const place = create(5);
    EXPECT_EQ(patch(place, 1, "ello").status, 409);
    EXPECT_EQ(patch(place, 0, "hello!").status, 422);
    EXPECT_EQ(ask("PATCH", place, {{"Upload-Offset", "0"}, {"Content-Type", "text/plain"}}, "hello").status, 415);
    EXPECT_EQ(ask("PATCH", place, {{"Content-Type", "application/offset+octet-stream"}}, "hello").status, 422);
    EXPECT_EQ(offset_of(place), "0");
    EXPECT_EQ(patch(place, 0, "hello").status, 204);
    EXPECT_EQ(patch(place, 5, "x").status, 409) << "it has ended";
}

TEST_F(Uploads, bytes_with_another_checksum_are_forgotten)
{
    auto const place = create(10);
    EXPECT_EQ(patch(place, 0, "hellp", {{"Upload-Checksum", "sha1 " + sha1("hello")}}).status, 460);
    EXPECT_EQ(offset_of(place), "0");
    EXPECT_EQ(patch(place, 0, "hello", {{"Upload-Checksum", "sha1 " + sha1("hello")}}).status, 204);
    EXPECT_EQ(patch(place, 5, "world", {{"Upload-Checksum", "crc32 AAAA"}}).status, 422);
    auto const sink = stream(place, 5, {{"Upload-Checksum", "sha1 " + sha1("world")}});
    sink->take("wor", go_on);
    sink->lost(); // nobody can say whether these were right
    EXPECT_EQ(offset_of(place), "5");
    auto const whole = create(5, {{"Upload-Metadata", "sha256 " + base::base64(base::sha256("other"))}});
    patch(whole, 0, "hello");
    EXPECT_EQ(state_of(whole), "failed");
}

TEST_F(Uploads, what_came_before_a_connection_broke_is_kept)
{
    auto const place = create(300'000);
    {
        auto const sink = stream(place, 0);
        EXPECT_TRUE(sink->take(std::string(100'000, 'a'), go_on));
        sink->lost();
    }
    EXPECT_EQ(offset_of(place), "100000");
    auto const sink = stream(place, 100'000);
    EXPECT_TRUE(sink->take(std::string(200'000, 'b'), go_on));
    EXPECT_EQ(sink->finish(true, go_on).status, 204);
    EXPECT_EQ(json(ask("GET", place, {})).at("sha256").as_string(),
              base::sha256(std::string(100'000, 'a') + std::string(200'000, 'b')));
}

TEST_F(Uploads, bytes_that_a_crash_left_unsaid_come_again)
{
    auto const place = create(10);
    patch(place, 0, "hello");
    auto const file = folder.path() / "uploads" / (place.substr(place.rfind('/') + 1) + ".part");
    base::Fd const part(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    base::write_all(part.get(), "wrong", file.string()); // written, but the row never knew
    EXPECT_EQ(offset_of(place), "5");
    EXPECT_EQ(patch(place, 5, "world").status, 204);
    EXPECT_EQ(json(ask("GET", place, {})).at("sha256").as_string(), base::sha256("helloworld"));
}

TEST_F(Uploads, an_end_that_a_crash_interrupted_is_made_up_for)
{
    int told = 0;
    auto broken = true;
    api::UploadDesk desk{{database, blobs, clock, ids, log, folder.path() / "uploads", {}, [&](store::Upload const&) {
                              ++told;
                              if (broken) base::fail(base::ErrorCode::Storage, "not now");
                          }}};
    auto const upload = desk.create("local", 5, {});
    auto const writer = desk.write(upload.id, "local", 0, std::nullopt);
    writer->take("hello");
    EXPECT_TRUE(writer->commit());
    EXPECT_EQ(desk.get(upload.id, "local").state, store::UploadState::Stored);
    broken = false;
    desk.sweep();
    desk.sweep();
    EXPECT_EQ(told, 2);
    EXPECT_EQ(desk.get(upload.id, "local").state, store::UploadState::Done);

    auto const other = desk.create("local", 5, {}); // all bytes there, and then the process died
    base::write_file_atomic(folder.path() / "uploads" / (other.id + ".part"), "hello");
    database.execute("UPDATE uploads SET received = 5 WHERE id = $1", other.id);
    desk.sweep();
    EXPECT_EQ(desk.get(other.id, "local").state, store::UploadState::Done);
}

TEST_F(Uploads, one_writes_at_a_time)
{
    auto const place = create(300'000);
    auto const sink = stream(place, 0);
    EXPECT_TRUE(sink->take("first", go_on));
    EXPECT_EQ(patch(place, 0, "second").status, 429);
    sink->lost();
    EXPECT_EQ(patch(place, 5, "second").status, 204);
}

TEST_F(Uploads, a_database_that_is_away_is_asked_again_later)
{
    auto const place = create(10);
    clock.advance(std::chrono::hours(25));
    database.execute("ALTER TABLE uploads RENAME TO uploads_away");
    EXPECT_NO_THROW(uploads.sweep());
    database.execute("ALTER TABLE uploads_away RENAME TO uploads");
    uploads.sweep();
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "uploads"));
}

TEST_F(Uploads, who_waits_too_long_begins_again)
{
    auto const place = create(10);
    patch(place, 0, "hello");
    clock.advance(std::chrono::hours(25));
    EXPECT_EQ(ask("HEAD", place, {}).status, 404);
    uploads.sweep();
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "uploads"));
}

TEST_F(Uploads, each_has_a_quota_and_sees_only_their_own)
{
    api::UploadDesk small{{database,
                           blobs,
                           clock,
                           ids,
                           log,
                           folder.path() / "uploads",
                           {.bytes_max = 100, .quota_bytes = 150, .open_max = 2}}};
    EXPECT_EQ(test::error_of([&] { small.create("eve", 101, {}); }).code, base::ErrorCode::InvalidInput);
    auto const first = small.create("eve", 100, {});
    EXPECT_EQ(test::error_of([&] { small.create("eve", 51, {}); }).code, base::ErrorCode::Conflict);
    small.create("eve", 50, {});
    EXPECT_EQ(test::error_of([&] { small.create("eve", 0, {}); }).code, base::ErrorCode::Conflict);
    small.remove(first.id, "eve");
    small.create("eve", 100, {});
    auto const place = create(5);
    for (auto const* method : {"HEAD", "GET", "DELETE"}) EXPECT_EQ(ask(method, place, {}, "", "eve").status, 404);
    EXPECT_EQ(patch(place, 0, "hello", {}, "eve").status, 404);
    EXPECT_EQ(patch(place, 0, "hello", {}, "vic").status, 403) << "a viewer";
}

TEST_F(Uploads, ending_one_forgets_it)
{
    auto const place = create(10);
    EXPECT_EQ(ask("DELETE", place, {}).status, 204);
    EXPECT_EQ(ask("HEAD", place, {}).status, 404);
    EXPECT_EQ(patch(place, 0, "hello").status, 404);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "uploads"));
}

TEST_F(Uploads, odd_headers_are_refused_by_name)
{
    for (auto const& [name, value] :
         Headers{{"Upload-Length", "-1"}, {"Upload-Length", "1e3"}, {"Upload-Length", "99999999999999999999"}}) {
        auto const answer = ask("POST", "/api/v1/uploads", {{name, value}});
        EXPECT_EQ(answer.status, 422) << value;
    }
    EXPECT_EQ(ask("POST", "/api/v1/uploads", {}).status, 400);
    EXPECT_EQ(ask("POST", "/api/v1/uploads", {{"Upload-Length", "999999999999"}}).status, 413);
    for (auto const* metadata : {"a b c", "a ***", ",", "a YQ==,a YQ==", "\xc3 YQ==", "name AA==", "a /w=="})
        EXPECT_EQ(ask("POST", "/api/v1/uploads", {{"Upload-Length", "5"}, {"Upload-Metadata", metadata}}).status, 422)
            << metadata;
}

TEST_F(Uploads, a_connection_that_breaks_is_taken_up_again_and_the_file_comes_back_in_ranges)
{
    net::ServerOptions options;
    options.accept_body = [this](net::ServerRequest const& head) { return dispatcher.receive(head); };
    net::HttpServer const server(
        options, [this](net::ServerRequest const& request, std::stop_token const&) { return dispatcher(request); });
    auto const ask_raw = [&](std::string const& method, std::string const& place, std::string const& headers,
                             std::string const& body = "") {
        return test::RawClient(server.port())
            .ask(method + " " + place + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ada\r\n" +
                 "Tus-Resumable: 1.0.0\r\nConnection: close\r\n" + headers + "\r\n" + body);
    };
    std::string content;
    while (content.size() < 1'000'000) content += std::to_string(content.size()) + " ";
    auto const place = create(content.size());
    auto const piece = [&](std::size_t offset, std::size_t announced) {
        return "Content-Type: application/offset+octet-stream\r\nUpload-Offset: " + std::to_string(offset) +
               "\r\nContent-Length: " + std::to_string(announced) + "\r\n";
    };
    ask_raw("PATCH", place, piece(0, content.size()), content.substr(0, 400'000)); // and then it leaves
    while (offset_of(place) != "400000") std::this_thread::yield();
    auto const rest = ask_raw("PATCH", place, piece(400'000, content.size() - 400'000), content.substr(400'000));
    EXPECT_TRUE(rest.starts_with("HTTP/1.1 204 ")) << rest;
    auto const part = ask_raw("GET", place + "/file", "Range: bytes=300000-699999\r\n");
    EXPECT_TRUE(part.starts_with("HTTP/1.1 206 ")) << part.substr(0, 300);
    EXPECT_EQ(part.substr(part.find("\r\n\r\n") + 4) == content.substr(300'000, 400'000), true);
    auto const stranger = test::RawClient(server.port())
                              .ask("PATCH " + place + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n\r\n");
    EXPECT_TRUE(stranger.starts_with("HTTP/1.1 401 ")) << stranger.substr(0, 300);
}
