#include "net/download.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/retry.h"
#include "net/lane.h"

#include <charconv>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace net {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

/// What is known of a half-fetched file; beside it, written after its bytes are safe on the disk.
struct PartNote {
    std::string url;
    std::string validator; ///< a strong ETag or a Last-Modified date, for If-Range
    std::uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(PartNote, (), (url, validator, bytes))

namespace {

constexpr std::size_t note_bytes_max = 64U << 10U;
constexpr std::uint64_t sync_every_bytes = 16U << 20U;
constexpr std::uint64_t free_check_every_bytes = 16U << 20U;

/// "bytes 100-199/200" -> first 100, total 200.
struct ContentRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> total;
};

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<ContentRange> parse_content_range(std::string_view text)
{
    if (!text.starts_with("bytes ")) return std::nullopt;
    text.remove_prefix(6);
    auto const dash = text.find('-');
    auto const slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
    auto const first = number(text.substr(0, dash));
    if (!first) return std::nullopt;
    return ContentRange{*first, number(text.substr(slash + 1))};
}

std::string validator_of(Response const& response)
{
    auto const tag = response.header("ETag");
    if (!tag.empty() && !tag.starts_with("W/")) return std::string(tag);
    return std::string(response.header("Last-Modified"));
}

/// The half-fetched file on its way to being whole.
class Part {
public:
    Part(fs::path const& target, std::string url, DownloadOptions const& options)
        : target_(target), options_(options), url_(std::move(url))
    {
        base::make_folder(target.has_parent_path() ? target.parent_path() : fs::path("."));
        fd_ = base::Fd(::open(path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (!fd_) base::fail_errno(errno, "write", path().string());
        if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
            fail(ErrorCode::Conflict, base::Next{"wait for the other one to end"}, "{}: another download writes it",
                 path().string());
        resume();
    }

    fs::path path() const { return target_.string() + ".part"; }
    std::uint64_t bytes() const { return bytes_; }
    std::string const& validator() const { return note_.validator; }
    std::optional<std::uint64_t> total() const { return total_; }

    void begin(Response const& response)
    {
        auto const range =
            response.status == 206 ? parse_content_range(response.header("Content-Range")) : std::nullopt;
        if (response.status == 206 && (!range || range->first != bytes_)) {
            restart();
            throw TransferError(ErrorCode::Upstream, response.url + ": answered with another range than asked for",
                                true);
        }
        if (response.status != 206) {
            restart();
            note_.validator = validator_of(response);
            total_ = number(response.header("Content-Length"));
        } else {
            total_ = range->total;
        }
        if (total_) check_size(*total_);
        check_disk();
    }

    void take(std::string_view bytes)
    {
        check_size(bytes_ + bytes.size());
        base::write_all(fd_.get(), bytes, path().string());
        hash_->update(bytes);
        bytes_ += bytes.size();
        if (bytes_ / free_check_every_bytes != (bytes_ - bytes.size()) / free_check_every_bytes) check_disk();
        if (bytes_ - note_.bytes >= sync_every_bytes) save();
        if (options_.on_progress) options_.on_progress(bytes_, total_);
    }

    /// Notes how much is safe; best effort, for the next attempt.
    void save()
    {
        if (note_.validator.empty() || ::fdatasync(fd_.get()) != 0) return;
        note_.url = url_;
        note_.bytes = bytes_;
        base::write_file_atomic(note_path(), base::to_json(note_));
    }

    void restart()
    {
        if (::ftruncate(fd_.get(), 0) != 0 || ::lseek(fd_.get(), 0, SEEK_SET) != 0)
            base::fail_errno(errno, "write", path().string());
        hash_ = std::make_unique<base::Sha256>();
        bytes_ = 0;
        note_ = {};
        total_.reset();
        std::error_code ignored;
        fs::remove(note_path(), ignored);
    }

    std::string publish()
    {
        if (total_ && bytes_ != *total_)
            throw TransferError(ErrorCode::Upstream,
                                fmt::format("{}: ended after {} of {} bytes", url_, bytes_, *total_), true);
        base::publish_file(path(), target_);
        std::error_code ignored;
        fs::remove(note_path(), ignored);
        return hash_->hex();
    }

private:
    fs::path note_path() const { return target_.string() + ".part.json"; }

    void check_size(std::uint64_t bytes) const
    {
        if (bytes > options_.bytes_max)
            fail(ErrorCode::Upstream, "{}: larger than the limit of {} bytes", url_, options_.bytes_max);
    }

    void check_disk() const
    {
        auto const missing = total_ ? *total_ - std::min(*total_, bytes_) : 0;
        auto const room = base::free_bytes(path());
        if (room < missing + options_.free_bytes_min)
            fail(ErrorCode::Storage, base::Next{"free some disk space and run it again"},
                 "{}: {} bytes are free, {} are needed", path().string(), room, missing + options_.free_bytes_min);
    }

    /// Goes on with what an earlier call left, as far as its note vouches for.
    void resume()
    {
        hash_ = std::make_unique<base::Sha256>();
        try {
            note_ = base::read_json<PartNote>(base::read_file(note_path(), note_bytes_max), note_path().string());
        } catch (base::Error const&) {
            return restart(); // no note, or one that was not written whole: nothing vouches for the bytes
        }
        struct stat info {};
        if (note_.url != url_ || note_.validator.empty() || ::fstat(fd_.get(), &info) != 0 ||
            static_cast<std::uint64_t>(info.st_size) < note_.bytes || note_.bytes > options_.bytes_max)
            return restart();
        if (::ftruncate(fd_.get(), static_cast<off_t>(note_.bytes)) != 0)
            base::fail_errno(errno, "write", path().string());
        char buffer[1 << 16];
        while (bytes_ < note_.bytes) {
            auto const count = ::read(fd_.get(), buffer, sizeof buffer);
            if (count <= 0) base::fail_errno(count < 0 ? errno : EIO, "read", path().string());
            hash_->update({buffer, static_cast<std::size_t>(count)});
            bytes_ += static_cast<std::uint64_t>(count);
        }
    }

    fs::path target_;
    DownloadOptions const& options_;
    std::string url_;
    base::Fd fd_;
    std::unique_ptr<base::Sha256> hash_;
    std::uint64_t bytes_ = 0;
    std::optional<std::uint64_t> total_;
    PartNote note_;
};

[[noreturn]] void fail_status(Response const& response)
{
    auto const url = parse_url(response.url).origin();
    if (response.status == 404 || response.status == 410)
        fail(ErrorCode::NotFound, "{}: the file is gone (HTTP {})", url, response.status);
    if (response.status == 429) fail(ErrorCode::RateLimited, base::Next{"try again later"}, "{}: HTTP 429", url);
    fail(ErrorCode::Upstream, "{}: HTTP {}", url, response.status);
}

/// True when the file is whole; otherwise what to wait before the next attempt is in `wait`.
bool fetch(HttpClient& client, Request const& request, Part& part, Download& result, base::Milliseconds& wait,
           std::stop_token const& stop)
{
    auto ask = request;
    if (part.bytes() > 0) {
        ask.headers.emplace_back("Range", fmt::format("bytes={}-", part.bytes()));
        ask.headers.emplace_back("If-Range", part.validator());
    }
    auto const response = client.stream(
        ask, [&](Response const& head) { part.begin(head); }, [&](std::string_view bytes) { part.take(bytes); }, stop);
    if (response.status == 416) {
        part.restart();
        return false;
    }
    if (response.status == 429 || (response.status >= 502 && response.status <= 504)) {
        auto const asked = response.retry_after(client.clock().now());
        if (asked && *asked > request.retry_after_max) fail_status(response);
        if (asked) wait = *asked;
        return false;
    }
    if (!response.ok() || response.status == 204) fail_status(response);
    result.url = response.url;
    result.content_type = std::string(response.header("Content-Type"));
    return true;
}

} // namespace

Download download(HttpClient& client, Request request, fs::path const& target, DownloadOptions const& options,
                  std::stop_token const& stop)
{
    auto const deadline = std::chrono::steady_clock::now() + request.total_timeout;
    Part part(target, request.url, options);
    Download result;
    result.resumed_from = part.bytes();
    base::Random random;
    base::Backoff const backoff{base::Milliseconds(500), request.retry_after_max};
    for (int attempt = 1;; ++attempt) {
        auto const before = part.bytes();
        auto wait = backoff.delay(attempt, random);
        std::optional<TransferError> broken;
        try {
            request.total_timeout =
                std::chrono::duration_cast<base::Milliseconds>(deadline - std::chrono::steady_clock::now());
            if (fetch(client, request, part, result, wait, stop)) {
                result.bytes = part.bytes();
                result.sha256 = part.publish();
                result.path = target;
                return result;
            }
        } catch (TransferError const& error) {
            part.save();
            if (!error.retriable) throw;
            broken = error;
        } catch (base::Error const&) {
            part.save();
            throw;
        }
        if (part.bytes() > before) attempt = 1; // it got on; only attempts without a new byte count
        if (attempt >= options.attempts_max || std::chrono::steady_clock::now() + wait >= deadline) {
            if (broken) throw *broken;
            fail(ErrorCode::Upstream, base::Next{"try again later"}, "{}: no file after {} attempts", request.url,
                 attempt);
        }
        if (!base::sleep_for(stop, wait))
            fail(ErrorCode::Cancelled, "stopped while waiting to go on with {}", request.url);
    }
}

} // namespace net
