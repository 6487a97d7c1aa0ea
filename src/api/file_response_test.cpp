#include "api/file_response.h"

#include "support.h"

using api::RangeOutcome;

class FileResponse : public testing::Test {
protected:
    base::TemporaryFolder folder;
    api::FileInfo const info{folder.path() / "clip", "\"abc\"", "video/mp4", "Käse.mp4"};
    void SetUp() override { base::write_file_atomic(info.path, std::string(1000, 'x')); }
    net::ServerResponse ask(net::Headers headers, std::string method = "GET")
    {
        net::ServerRequest request;
        request.method = std::move(method);
        request.headers = std::move(headers);
        return api::file_response(request, info);
    }
    /// "206 0+100": status, offset, count.
    std::string answer(net::Headers headers)
    {
        auto const response = ask(std::move(headers));
        return std::to_string(response.status) +
               (response.file ? fmt::format(" {}+{}", response.file->offset, response.file->count) : "");
    }
};

TEST_F(FileResponse, a_range_is_a_part_and_all_else_the_whole)
{
    EXPECT_EQ(answer({}), "200 0+1000");
    EXPECT_EQ(answer({{"Range", "bytes=0-99"}}), "206 0+100");
    EXPECT_EQ(answer({{"Range", "bytes=900-"}}), "206 900+100");
    EXPECT_EQ(answer({{"Range", "bytes=-100"}}), "206 900+100");
    EXPECT_EQ(answer({{"Range", "bytes=-5000"}}), "206 0+1000");
    EXPECT_EQ(answer({{"Range", "bytes=999-5000"}}), "206 999+1");
    EXPECT_EQ(answer({{"Range", "BYTES = 0-0"}}), "206 0+1");
    for (auto const* odd : {"bytes=5-2", "bytes=a-b", "bytes", "bytes=", "bytes=-", "lines=0-9", "bytes=0-1,5-6",
                            "bytes=0x1-5", "bytes=99999999999999999999-", "bytes=1-2-3"})
        EXPECT_EQ(answer({{"Range", odd}}), "200 0+1000") << odd;
    for (auto const* beyond : {"bytes=1000-", "bytes=5000-6000", "bytes=-0"}) {
        auto const response = ask({{"Range", beyond}});
        EXPECT_EQ(response.status, 416) << beyond;
        EXPECT_EQ(net::find_header(response.headers, "Content-Range"), "bytes */1000");
    }
    EXPECT_EQ(net::find_header(ask({{"Range", "bytes=10-19"}}).headers, "Content-Range"), "bytes 10-19/1000");
}

TEST_F(FileResponse, who_has_it_gets_nothing_and_who_has_another_version_the_whole)
{
    EXPECT_EQ(answer({{"If-None-Match", "\"abc\""}}), "304");
    EXPECT_EQ(answer({{"If-None-Match", "W/\"abc\", \"x\""}}), "304");
    EXPECT_EQ(answer({{"If-None-Match", "\"old\""}}), "200 0+1000");
    EXPECT_EQ(answer({{"Range", "bytes=0-9"}, {"If-Range", "\"abc\""}}), "206 0+10");
    EXPECT_EQ(answer({{"Range", "bytes=0-9"}, {"If-Range", "\"old\""}}), "200 0+1000");
    EXPECT_EQ(answer({{"Range", "bytes=0-9"}, {"If-Range", "Sat, 01 Nov 2025 10:00:00 GMT"}}), "200 0+1000");
}

TEST_F(FileResponse, a_file_without_a_name_for_its_content_is_known_by_its_size_and_time)
{
    auto const etag = [&] {
        auto const response = api::file_response({}, {info.path, "", "video/mp4", ""});
        return std::string(net::find_header(response.headers, "ETag"));
    };
    auto const before = etag();
    EXPECT_EQ(etag(), before);
    base::write_file_atomic(info.path, "another");
    EXPECT_NE(etag(), before);
}

TEST_F(FileResponse, names_and_types_cannot_act_in_a_page)
{
    EXPECT_EQ(net::find_header(ask({}).headers, "Content-Disposition"), "inline; filename*=UTF-8''K%C3%A4se.mp4");
    EXPECT_EQ(api::content_type_of("a.MP4"), "video/mp4");
    EXPECT_EQ(api::content_type_of("a.html"), "application/octet-stream");
    EXPECT_EQ(api::content_type_of("a.svg"), "application/octet-stream");
    EXPECT_EQ(api::content_type_of(""), "application/octet-stream");
}

TEST_F(FileResponse, a_file_that_is_gone_or_a_link_is_not_found)
{
    std::filesystem::create_symlink("/etc/passwd", folder.path() / "link");
    for (auto const* name : {"nowhere", "link", "."}) {
        net::ServerRequest const request;
        EXPECT_EQ(test::error_of([&] {
                      api::file_response(request, {folder.path() / name, "\"a\"", "video/mp4", ""});
                  }).code,
                  base::ErrorCode::NotFound)
            << name;
    }
}
