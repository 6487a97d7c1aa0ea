#include "net/server/response_head.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace net::server {

static std::string_view phrase(int status)
{
    struct Entry {
        int status;
        std::string_view text;
    };
    static constexpr std::array entries{Entry{101, "Switching Protocols"},
                                        Entry{200, "OK"},
                                        Entry{201, "Created"},
                                        Entry{202, "Accepted"},
                                        Entry{204, "No Content"},
                                        Entry{206, "Partial Content"},
                                        Entry{301, "Moved Permanently"},
                                        Entry{302, "Found"},
                                        Entry{303, "See Other"},
                                        Entry{304, "Not Modified"},
                                        Entry{307, "Temporary Redirect"},
                                        Entry{308, "Permanent Redirect"},
                                        Entry{400, "Bad Request"},
                                        Entry{401, "Unauthorized"},
                                        Entry{403, "Forbidden"},
                                        Entry{404, "Not Found"},
                                        Entry{405, "Method Not Allowed"},
                                        Entry{408, "Request Timeout"},
                                        Entry{409, "Conflict"},
                                        Entry{410, "Gone"},
                                        Entry{412, "Precondition Failed"},
                                        Entry{413, "Content Too Large"},
                                        Entry{414, "URI Too Long"},
                                        Entry{415, "Unsupported Media Type"},
                                        Entry{416, "Range Not Satisfiable"},
                                        Entry{417, "Expectation Failed"},
                                        Entry{421, "Misdirected Request"},
                                        Entry{422, "Unprocessable Content"},
                                        Entry{423, "Locked"},
                                        Entry{426, "Upgrade Required"},
                                        Entry{429, "Too Many Requests"},
                                        Entry{431, "Request Header Fields Too Large"},
                                        Entry{460, "Checksum Mismatch"},
                                        Entry{500, "Internal Server Error"},
                                        Entry{501, "Not Implemented"},
                                        Entry{502, "Bad Gateway"},
                                        Entry{503, "Service Unavailable"},
                                        Entry{504, "Gateway Timeout"},
                                        Entry{505, "HTTP Version Not Supported"},
                                        Entry{507, "Insufficient Storage"}};
    auto const* const found = std::ranges::find(entries, status, &Entry::status);
    return found == entries.end() ? "Other" : found->text;
}

static bool is_name(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

static bool is_value(std::string_view text)
{
    return std::ranges::none_of(
        text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
}

/// What the server says itself.
static bool is_ours(std::string_view name)
{
    static constexpr std::array<std::string_view, 5> names{"content-length", "transfer-encoding", "connection", "date",
                                                           "content-type"};
    if (std::ranges::none_of(names, [&](auto other) { return other.size() == name.size(); })) return false;
    return std::ranges::find(names, base::lower_ascii(name)) != names.end();
}

static void put(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::uint64_t body_bytes(ServerResponse const& response)
{
    if (!may_have_body(response.status)) return 0;
    return response.file ? response.file->count : response.body.size();
}

bool put_head(std::string& out, ServerResponse const& response, ResponseFacts const& facts)
{
    if (response.status < 100 || response.status > 599 || !is_value(response.content_type)) return false;
    for (auto const& [name, value] : response.headers)
        if (!is_name(name) || !is_value(value)) return false;
    out.reserve(out.size() + 512);
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status, phrase(response.status));
    put(out, "Date", facts.date);
    if (may_have_body(response.status)) {
        if (!response.content_type.empty()) put(out, "Content-Type", response.content_type);
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", body_bytes(response));
    }
    for (auto const& [name, value] : response.headers)
        if (!is_ours(name)) put(out, name, value);
    if (response.status == 101)
        put(out, "Connection", "Upgrade");
    else if (!facts.keep_alive)
        put(out, "Connection", "close");
    else if (facts.version == 10)
        put(out, "Connection", "keep-alive");
    out += "\r\n";
    return true;
}

} // namespace net::server
