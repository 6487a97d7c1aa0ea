#include "objects/signer.h"

#include "base/hash.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/subprocess.h"
#include "support.h"

using objects::Signable;

// The examples of the S3 reference, "Authenticating Requests (AWS Signature Version 4)".
static objects::Credentials const example{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
static objects::Scope const example_scope{"us-east-1"};
static base::Time const example_time = *base::parse_time("2013-05-24T00:00:00Z");
static constexpr char const* example_host = "examplebucket.s3.amazonaws.com";

static std::string signature(Signable const& request, objects::Credentials const& credentials,
                             objects::Scope const& scope, base::Time now)
{
    auto const headers = objects::sign(request, credentials, scope, now);
    auto const text = std::string(net::find_header(headers, "Authorization"));
    return text.substr(text.rfind('=') + 1);
}

TEST(Signer, gives_the_signatures_of_the_s3_reference)
{
    auto const of = [](Signable request) {
        request.host = example_host;
        if (request.payload_hash.empty()) request.payload_hash = base::sha256("");
        return signature(request, example, example_scope, example_time);
    };
    EXPECT_EQ(of({.path = "/test.txt", .headers = {{"Range", "bytes=0-9"}}}),
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    EXPECT_EQ(of({.method = "PUT",
                  .path = "/test$file.text",
                  .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                  .payload_hash = base::sha256("Welcome to Amazon S3.")}),
              "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    EXPECT_EQ(of({.query = {{"lifecycle", ""}}}), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    EXPECT_EQ(of({.query = {{"prefix", "J"}, {"max-keys", "2"}}}),
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(Signer, gives_the_presigned_url_of_the_s3_reference)
{
    Signable const request{.host = example_host, .path = "/test.txt"};
    auto const query = objects::presign(request, example, example_scope, example_time, std::chrono::hours(24));
    EXPECT_TRUE(query.ends_with("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
        << query;
    for (auto const seconds : {0, 604'801})
        EXPECT_EQ(test::error_of([&] {
                      objects::presign(request, example, example_scope, example_time, std::chrono::seconds(seconds));
                  }).code,
                  base::ErrorCode::InvalidInput);
}

/// A request of the kinds that S3 knows, with names and values that need care.
static Signable random_request(base::Random& random)
{
    static constexpr char const* const pieces[] = {"a",       "B", "7", "-", "_", "~", ".", "%",        "+",
                                                   " ",       "(", ")", "&", "=", "?", "#", "\xc3\xa9", "\xe2\x82\xac",
                                                   "uploads", "$"};
    auto const text = [&](std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) out += pieces[random.bits() % std::size(pieces)];
        return out;
    };
    static constexpr char const* const methods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};
    Signable request{.method = methods[random.bits() % std::size(methods)], .host = "127.0.0.1:9000"};
    request.path = "/bucket/" + text(1 + random.bits() % 12);
    for (auto count = random.bits() % 5; count > 0; --count)
        request.query.emplace_back(text(1 + random.bits() % 4), text(random.bits() % 4));
    if (random.bits() % 3 == 0) request.query.emplace_back("uploads", "");
    if (random.bits() % 2 == 0) request.headers.emplace_back("x-amz-meta-note", "  two   words ");
    if (random.bits() % 2 == 0) request.headers.emplace_back("Range", "bytes=0-99");
    request.payload_hash = base::sha256(text(8));
    return request;
}

TEST(Signer, agrees_with_botocore_on_requests_of_every_kind)
{
    base::Random random(11);
    base::json::array asked;
    std::vector<std::string> ours;
    auto const now = *base::parse_time("2026-11-20T10:11:12Z");
    for (int i = 0; i < 400; ++i) {
        auto const request = random_request(random);
        base::json::object headers;
        for (auto const& [name, value] : request.headers) headers[name] = value;
        asked.push_back({{"method", request.method},
                         {"url", "http://" + request.host + objects::encoded_path(request.path)},
                         {"query", objects::canonical_query(request.query)},
                         {"headers", headers},
                         {"hash", request.payload_hash}});
        ours.push_back(signature(request, {"key", "se/cret+"}, {"eu-central-1"}, now));
    }
    base::Command command{
        .arguments = {"/usr/bin/python3", (test::source_folder() / "tests/oracles/botocore_signer.py").string()}};
    command.input = base::json::serialize(asked);
    auto const result = base::run(command);
    ASSERT_TRUE(result.ok()) << result.errors;
    auto const theirs = base::parse_json(result.output, "botocore").as_array();
    ASSERT_EQ(theirs.size(), ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i)
        EXPECT_EQ(ours[i], std::string_view(theirs[i].as_string())) << base::json::serialize(asked[i]);
}
