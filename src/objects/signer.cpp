#include "objects/signer.h"

#include "base/hash.h"
#include "base/text.h"

#include <algorithm>

namespace objects {

std::string encoded_path(std::string_view path) { return net::percent_encode(path, "/"); }

std::string canonical_query(std::vector<std::pair<std::string, std::string>> const& query)
{
    std::vector<std::string> parts; // sorted after encoding: by name, then by value
    for (auto const& [name, value] : query)
        parts.push_back(net::percent_encode(name) + "=" + net::percent_encode(value));
    std::sort(parts.begin(), parts.end(), [](std::string const& a, std::string const& b) {
        auto const at_a = a.find('=');
        auto const at_b = b.find('=');
        return std::pair(a.substr(0, at_a), a.substr(at_a + 1)) < std::pair(b.substr(0, at_b), b.substr(at_b + 1));
    });
    return fmt::format("{}", fmt::join(parts, "&"));
}

/// Runs of spaces count as one.
static std::string folded(std::string_view value)
{
    std::string out;
    for (auto const c : base::trim(value))
        if (c != ' ' || out.empty() || out.back() != ' ') out += c;
    return out;
}

/// Lower-case names in order, each with its values as they were given.
static net::Headers canonical_headers(Signable const& request)
{
    net::Headers headers;
    headers.emplace_back("host", request.host);
    for (auto const& [name, value] : request.headers) headers.emplace_back(base::lower_ascii(name), folded(value));
    std::stable_sort(headers.begin(), headers.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    net::Headers out;
    for (auto& header : headers) {
        if (!out.empty() && out.back().first == header.first)
            out.back().second += "," + header.second;
        else
            out.push_back(std::move(header));
    }
    return out;
}

static std::string names_of(net::Headers const& headers)
{
    std::string text;
    for (auto const& [name, value] : headers) text += (text.empty() ? "" : ";") + name;
    return text;
}

std::string canonical_request(Signable const& request, std::string const& signed_names)
{
    std::string headers;
    for (auto const& [name, value] : canonical_headers(request)) headers += name + ":" + value + "\n";
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, encoded_path(request.path),
                       canonical_query(request.query), headers, signed_names, request.payload_hash);
}

/// "20260102T030405Z".
static std::string stamp_of(base::Time now)
{
    std::string text;
    for (auto const c : base::format_time(std::chrono::floor<std::chrono::seconds>(now)))
        if (c != '-' && c != ':') text += c;
    return text;
}

static std::string scope_text(Scope const& scope, std::string const& stamp)
{
    return fmt::format("{}/{}/{}/aws4_request", stamp.substr(0, 8), scope.region, scope.service);
}

static std::string signature_of(Signable const& request, std::string const& names, Credentials const& credentials,
                                Scope const& scope, std::string const& stamp)
{
    auto const to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp, scope_text(scope, stamp),
                                     base::sha256(canonical_request(request, names)));
    auto key = base::hmac_sha256("AWS4" + credentials.secret_key, stamp.substr(0, 8));
    key = base::hmac_sha256(key, scope.region);
    key = base::hmac_sha256(key, scope.service);
    key = base::hmac_sha256(key, "aws4_request");
    return base::hex(base::hmac_sha256(key, to_sign));
}

net::Headers sign(Signable request, Credentials const& credentials, Scope const& scope, base::Time now)
{
    auto const stamp = stamp_of(now);
    request.headers.emplace_back("x-amz-date", stamp);
    request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
    auto const names = names_of(canonical_headers(request));
    auto const signature = signature_of(request, names, credentials, scope, stamp);
    auto headers = std::move(request.headers);
    headers.emplace_back("Authorization",
                         fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                     credentials.access_key, scope_text(scope, stamp), names, signature));
    return headers;
}

std::string presign(Signable request, Credentials const& credentials, Scope const& scope, base::Time now,
                    std::chrono::seconds valid_for)
{
    if (valid_for.count() < 1 || valid_for > presigned_max)
        base::fail(base::ErrorCode::InvalidInput, "a signed URL holds for 1 to {} s, not for {}", presigned_max.count(),
                   valid_for.count());
    auto const stamp = stamp_of(now);
    auto const names = names_of(canonical_headers(request));
    request.payload_hash = unsigned_payload;
    request.query.emplace_back("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    request.query.emplace_back("X-Amz-Credential", credentials.access_key + "/" + scope_text(scope, stamp));
    request.query.emplace_back("X-Amz-Date", stamp);
    request.query.emplace_back("X-Amz-Expires", std::to_string(valid_for.count()));
    request.query.emplace_back("X-Amz-SignedHeaders", names);
    auto const signature = signature_of(request, names, credentials, scope, stamp);
    return canonical_query(request.query) + "&X-Amz-Signature=" + signature;
}

} // namespace objects
