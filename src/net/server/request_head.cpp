#include "net/server/request_head.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace net::server {

static constexpr std::size_t method_bytes_max = 20;
static constexpr int chunk_size_digits_max = 8; // up to 4 GiB a chunk

/// RFC 9110: what methods and names of fields are made of.
static bool is_token(std::string_view text)
{
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != std::string_view::npos;
    });
}

static bool same(std::string_view name, std::string_view lower)
{
    return name.size() == lower.size() && std::equal(name.begin(), name.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
           });
}

HeadScanner::State HeadScanner::bad(int status, std::string_view detail)
{
    refusal_ = {status, detail};
    return State::Bad;
}

HeadScanner::State HeadScanner::scan(std::string_view bytes, HeadLimits const& limits)
{
    auto const request_line_bytes_max = limits.target_bytes_max + method_bytes_max + 12;
    while (at_ < bytes.size()) {
        auto const end = bytes.find('\n', at_);
        if (end == std::string_view::npos) {
            at_ = bytes.size();
            break;
        }
        at_ = end + 1;
        if (end == line_begin_ || bytes[end - 1] != '\r') return bad(400, "a line does not end with CRLF");
        if (line_begin_ == 0 && at_ > request_line_bytes_max) break; // as where it came in pieces
        if (at_ > limits.bytes_max) return bad(431, "the header is larger than the limit");
        if (end == line_begin_ + 1) return line_begin_ == 0 ? bad(400, "begins with an empty line") : State::Whole;
        line_begin_ = at_;
    }
    if (line_begin_ == 0 && at_ > request_line_bytes_max) return bad(414, "the target is longer than the limit");
    if (at_ > limits.bytes_max) return bad(431, "the header is larger than the limit");
    return State::More;
}

static bool is_version(std::string_view text)
{
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 8 && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' && digit(text[7]);
}

static std::optional<Refusal> read_request_line(std::string_view line, HeadLimits const& limits, Head& out)
{
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return Refusal{400, "not a request line"};
    out.method = line.substr(0, first);
    out.target = line.substr(first + 1, last - first - 1);
    auto const version = line.substr(last + 1);
    if (!is_token(out.method)) return Refusal{400, "not a method"};
    if (out.method.size() > method_bytes_max) return Refusal{501, "no such method"};
    if (out.target.size() > limits.target_bytes_max) return Refusal{414, "the target is longer than the limit"};
    auto const visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (out.target.empty() || !std::ranges::all_of(out.target, visible))
        return Refusal{400, "the target holds what does not belong into a URL"};
    if (version == "HTTP/1.1")
        out.version = 11;
    else if (version == "HTTP/1.0")
        out.version = 10;
    else
        return Refusal{is_version(version) ? 505 : 400, "not HTTP/1.1"};
    return std::nullopt;
}

static bool has_token(std::string_view list, std::string_view lower)
{
    while (!list.empty()) {
        auto const comma = list.find(',');
        if (same(base::trim(list.substr(0, comma)), lower)) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

namespace {

/// What the fields say about how the message is framed.
struct Framing {
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    bool connection_upgrade = false;
    bool websocket = false;
    bool close = false;
    bool keep = false;
};

std::optional<Refusal> read_special(std::string_view name, std::string_view value, Framing& framing, Head& out)
{
    if (same(name, "host")) {
        ++framing.hosts;
        static constexpr std::string_view marks = "-._:[]";
        if (!std::ranges::all_of(value, [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       marks.find(c) != std::string_view::npos;
            }))
            return Refusal{400, "Host is not a name or an address"};
    } else if (same(name, "content-length")) {
        std::uint64_t length = 0;
        auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (++framing.lengths > 1) return Refusal{400, "more than one Content-Length"};
        if (error != std::errc{} || end != value.data() + value.size() || value.size() > 18)
            return Refusal{400, "Content-Length is not a number"};
        out.content_length = length;
    } else if (same(name, "transfer-encoding")) {
        if (++framing.codings > 1) return Refusal{400, "more than one Transfer-Encoding"};
        if (!same(value, "chunked")) return Refusal{501, "no Transfer-Encoding but chunked is known"};
        out.chunked = true;
    } else if (same(name, "connection")) {
        framing.close |= has_token(value, "close");
        framing.keep |= has_token(value, "keep-alive");
        framing.connection_upgrade |= has_token(value, "upgrade");
    } else if (same(name, "upgrade")) {
        framing.websocket |= same(value, "websocket");
    } else if (same(name, "expect")) {
        if (!same(value, "100-continue")) return Refusal{417, "no expectation but 100-continue is known"};
        out.expects_continue = true;
    }
    return std::nullopt;
}

std::optional<Refusal> check_framing(Framing const& framing, Head& out)
{
    if (out.chunked && out.content_length) return Refusal{400, "both Content-Length and Transfer-Encoding"};
    if (out.chunked && out.version == 10) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
    if (framing.hosts > 1 || (framing.hosts == 0 && out.version == 11))
        return Refusal{400, "needs exactly one Host header"};
    out.keep_alive = !framing.close && (out.version == 11 || framing.keep);
    out.expects_continue = out.expects_continue && out.version == 11;
    out.upgrades = framing.connection_upgrade && framing.websocket && out.version == 11;
    return std::nullopt;
}

} // namespace

std::optional<Refusal> read_head(std::string_view bytes, HeadLimits const& limits, Head& out)
{
    auto const first_end = bytes.find("\r\n");
    if (auto const refusal = read_request_line(bytes.substr(0, first_end), limits, out)) return refusal;
    Framing framing;
    auto rest = bytes.substr(first_end + 2);
    for (int count = 1; rest.size() > 2; ++count) {
        if (count > limits.fields_max) return Refusal{431, "more header fields than the limit"};
        auto const end = rest.find("\r\n");
        auto const line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "a folded header line"};
        auto const colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return Refusal{400, "not a header field"};
        auto const name = line.substr(0, colon);
        auto value = line.substr(colon + 1);
        while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
        while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
        auto const control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
        if (std::ranges::any_of(value, control)) return Refusal{400, "a control character in a header"};
        if (auto const refusal = read_special(name, value, framing, out)) return refusal;
        out.headers.emplace_back(name, value);
    }
    return check_framing(framing, out);
}

bool read_target(std::string_view target, std::string_view host, ServerRequest& out)
{
    if (target.starts_with("http://") || target.starts_with("https://")) {
        auto const begin = target.find("://") + 3;
        auto const slash = std::min(target.find_first_of("/?", begin), target.size());
        if (!same(target.substr(begin, slash - begin), base::lower_ascii(host))) return false;
        target = slash == target.size() ? "/" : target.substr(slash);
    }
    if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return false;
    auto const mark = target.find('?');
    auto const path = target.substr(0, mark);
    out.path = path.find('%') == std::string_view::npos ? std::string(path) : percent_decode(path);
    if (mark != std::string_view::npos) out.query = parse_query(target.substr(mark + 1));
    if (!base::is_utf8(out.path)) return false;
    for (std::size_t begin = 1; begin <= out.path.size();) {
        auto const end = std::min(out.path.find('/', begin), out.path.size());
        auto const part = std::string_view(out.path).substr(begin, end - begin);
        if (part == "." || part == "..") return false;
        begin = end + 1;
    }
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// One byte that is not data; false where it is wrong.
bool ChunkReader::step(char c)
{
    auto const go = [&](Part next) {
        part_ = next;
        return true;
    };
    switch (part_) {
    case Part::SizeFirst:
    case Part::Size:
        if (auto const value = hex_value(c); value >= 0) {
            left_ = left_ * 16 + static_cast<std::uint64_t>(value);
            return ++digits_ <= chunk_size_digits_max && go(Part::Size);
        }
        return c == '\r' && part_ == Part::Size && go(Part::SizeEnd);
    case Part::SizeEnd: return c == '\n' && go(left_ == 0 ? Part::LastCr : Part::Data);
    case Part::DataEnd: return c == '\r' && go(Part::DataEndLf);
    case Part::DataEndLf: digits_ = 0; return c == '\n' && go(Part::SizeFirst);
    case Part::LastCr: return c == '\r' && go(Part::LastLf);
    case Part::LastLf: return c == '\n' && go(Part::Done);
    default: return false;
    }
}

ChunkReader::Piece ChunkReader::next(std::string_view bytes)
{
    Piece piece;
    while (part_ != Part::Done && piece.consumed < bytes.size()) {
        if (part_ == Part::Data) {
            piece.data = bytes.substr(piece.consumed, left_);
            piece.consumed += piece.data.size();
            left_ -= piece.data.size();
            if (left_ == 0) part_ = Part::DataEnd;
            return piece;
        }
        if (!step(bytes[piece.consumed++])) {
            piece.bad = true;
            return piece;
        }
    }
    piece.done = part_ == Part::Done;
    return piece;
}

} // namespace net::server
