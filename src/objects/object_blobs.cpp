#include "objects/object_blobs.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace objects {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr int parts_max = 10'000;                    // S3's own limit
static constexpr std::size_t resume_bytes_max = 64U << 10U; // of the note beside an upload

/// In the cache: an upload that may have been interrupted.
struct ObjectBlobs::Resume {
    std::string upload;
    std::size_t part_bytes = 0;
    std::vector<Part> parts = {}; ///< that the service has
};

namespace {

struct UploadNote {
    std::string upload;
    std::int64_t part_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(UploadNote, (), (upload, part_bytes))

bool is_name(std::string_view name)
{
    auto const hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() == 64 && std::all_of(name.begin(), name.end(), hex);
}

/// The piece of a file at a place; shorter only at its end.
std::string read_piece(int fd, std::uintmax_t from, std::size_t size, std::string const& path)
{
    std::string piece(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        auto const count = ::pread(fd, piece.data() + done, size - done, static_cast<off_t>(from + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) base::fail_errno(errno, "read", path);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    piece.resize(done);
    return piece;
}

} // namespace

ObjectBlobs::ObjectBlobs(Client client, BlobOptions options) : client_(std::move(client)), options_(std::move(options))
{
    for (auto const* folder : {"blobs", "incoming", "uploads"}) base::make_folder(options_.cache / folder);
}

std::string ObjectBlobs::key_of(std::string_view name) const
{
    if (!is_name(name)) fail(ErrorCode::InvalidInput, "'{}' is not the name of a blob", name);
    return options_.prefix + std::string(name);
}

fs::path ObjectBlobs::place_of(std::string_view name) const { return options_.cache / "blobs" / name; }

std::uintmax_t ObjectBlobs::cached_bytes() const
{
    std::uintmax_t bytes = 0;
    std::error_code error;
    for (fs::directory_iterator it(options_.cache / "blobs", error), end; !error && it != end; it.increment(error)) {
        std::error_code gone;
        auto const size = it->file_size(gone);
        if (!gone) bytes += size;
    }
    return bytes;
}

/// Removes the copies that were not asked for longest, except those that somebody holds.
void ObjectBlobs::make_room(std::uintmax_t wanted)
{
    struct Copy {
        fs::file_time_type used;
        fs::path path;
        std::uintmax_t bytes;
    };
    std::vector<Copy> copies;
    std::uintmax_t total = 0;
    for (auto const& entry : fs::directory_iterator(options_.cache / "blobs")) {
        std::error_code gone;
        Copy copy{entry.last_write_time(gone), entry.path(), entry.file_size(gone)};
        if (gone) continue;
        total += copy.bytes;
        copies.push_back(std::move(copy));
    }
    std::sort(copies.begin(), copies.end(), [](Copy const& a, Copy const& b) { return a.used < b.used; });
    auto const fresh = fs::file_time_type::clock::now() - options_.keep_fetched;
    for (auto const& copy : copies) {
        if (total + wanted <= options_.cache_bytes_max) return;
        base::Fd const fd(::open(copy.path.c_str(), O_RDONLY | O_CLOEXEC));
        if (copy.used > fresh || !fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;
        if (::unlink(copy.path.c_str()) == 0) total -= copy.bytes;
    }
    if (total + wanted > options_.cache_bytes_max)
        fail(ErrorCode::Storage, base::Next{"raise s3.cache_bytes_max, or run fewer jobs at once"},
             "the cache {} holds {} bytes in use, {} more exceed its limit of {}", options_.cache.string(), total,
             wanted, options_.cache_bytes_max);
}

/// What was just sent will be read soon; where there is no room it is fetched then.
void ObjectBlobs::keep_copy(fs::path const& file, std::string const& name, std::uintmax_t bytes)
{
    std::scoped_lock const lock(mutex_);
    std::error_code error;
    if (fs::exists(place_of(name), error)) return;
    try {
        make_room(bytes);
    } catch (base::Error const&) {
        return;
    }
    auto const part = options_.cache / "incoming" / (name + ".copy");
    fs::copy_file(file, part, fs::copy_options::overwrite_existing, error);
    if (error || base::sha256_file(part) != name) { // changed since, or no room on the disk
        fs::remove(part, error);
        return;
    }
    base::publish_file(part, place_of(name));
}

store::Blob ObjectBlobs::put_bytes(std::string_view bytes)
{
    store::Blob blob{base::sha256(bytes), bytes.size()};
    auto const key = key_of(blob.name);
    auto const there = client_.head(key);
    if (!there || there->bytes != bytes.size()) client_.put(key, bytes);
    return blob;
}

store::Blob ObjectBlobs::put_file(fs::path const& file)
{
    std::error_code error;
    auto const bytes = fs::file_size(file, error);
    if (error) base::fail_errno(error.value(), "read", file.string());
    if (bytes > options_.blob_bytes_max)
        fail(ErrorCode::InvalidInput, "{}: {} bytes exceed the limit of {}", file.string(), bytes,
             options_.blob_bytes_max);
    store::Blob blob{base::sha256_file(file), bytes};
    auto const there = client_.head(key_of(blob.name));
    if (!there || there->bytes != bytes) upload(file, blob.name, bytes);
    keep_copy(file, blob.name, bytes);
    return blob;
}

void ObjectBlobs::upload(fs::path const& file, std::string const& name, std::uintmax_t bytes)
{
    base::Fd const fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) base::fail_errno(errno, "read", file.string());
    if (bytes <= client_.options().part_bytes) {
        auto const content = read_piece(fd.get(), 0, static_cast<std::size_t>(bytes), file.string());
        if (base::sha256(content) != name) fail(ErrorCode::Conflict, "{}: changed while it was sent", file.string());
        return client_.put(key_of(name), content);
    }
    auto const note = options_.cache / "uploads" / (name + ".json");
    for (int attempt = 1;; ++attempt) {
        auto resume = resume_of(name, bytes);
        try {
            upload_parts(fd.get(), name, bytes, resume);
            std::error_code ignored;
            fs::remove(note, ignored);
            return;
        } catch (base::Error const& error) {
            std::error_code ignored;
            if (error.code == ErrorCode::NotFound) fs::remove(note, ignored); // somebody ended it: begin anew
            if (error.code != ErrorCode::NotFound || attempt >= 2) throw;
        }
    }
}

ObjectBlobs::Resume ObjectBlobs::resume_of(std::string const& name, std::uintmax_t bytes)
{
    auto const path = options_.cache / "uploads" / (name + ".json");
    try {
        auto const note = base::read_json<UploadNote>(base::read_file(path, resume_bytes_max), path.string());
        Resume resume{note.upload, static_cast<std::size_t>(note.part_bytes)};
        resume.parts = client_.list_parts(key_of(name), resume.upload);
        if (resume.part_bytes > 0) return resume;
    } catch (base::Error const& error) { // none, a broken one, or the service has given it up
        if (error.code == ErrorCode::Upstream || error.code == ErrorCode::Cancelled) throw;
    }
    auto const least = static_cast<std::size_t>((bytes + parts_max - 1) / parts_max);
    Resume resume{client_.begin_upload(key_of(name)), std::max(client_.options().part_bytes, least)};
    base::write_file_atomic(path,
                            base::to_json(UploadNote{resume.upload, static_cast<std::int64_t>(resume.part_bytes)}));
    return resume;
}

void ObjectBlobs::upload_parts(int fd, std::string const& name, std::uintmax_t bytes, Resume& resume)
{
    std::vector<Part> parts;
    base::Sha256 whole;
    for (std::uintmax_t from = 0; from < bytes; from += resume.part_bytes) {
        auto const number = static_cast<int>(parts.size()) + 1;
        auto const piece = read_piece(fd, from, resume.part_bytes, name);
        whole.update(piece);
        auto const there = std::find_if(resume.parts.begin(), resume.parts.end(), [&](Part const& part) {
            return part.number == number && part.bytes == piece.size();
        });
        parts.push_back(there != resume.parts.end() ? *there
                                                    : client_.put_part(key_of(name), resume.upload, number, piece));
    }
    if (whole.hex() != name) {
        client_.abort_upload(key_of(name), resume.upload);
        fail(ErrorCode::Conflict, "{}: the file changed while it was sent", name);
    }
    client_.complete_upload(key_of(name), resume.upload, parts, bytes);
}

bool ObjectBlobs::contains(std::string_view name)
{
    std::error_code none;
    return fs::is_regular_file(place_of((key_of(name), name)), none) || client_.head(key_of(name)).has_value();
}

fs::path ObjectBlobs::path_of(std::string_view name)
{
    auto const key = key_of(name);
    auto const place = place_of(name);
    std::error_code error;
    fs::last_write_time(place, fs::file_time_type::clock::now(), error); // both asks for it and keeps it
    if (!error) return place;
    auto const there = client_.head(key);
    if (!there) fail(ErrorCode::NotFound, "there is no blob {}", name);
    auto const part = options_.cache / "incoming" / name;
    {
        std::scoped_lock const lock(mutex_);
        make_room(there->bytes);
    }
    // One of several processes fetches; the others find it there.
    base::Fd const one(::open((part.string() + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    if (!one || ::flock(one.get(), LOCK_EX) != 0) base::fail_errno(errno, "lock", part.string());
    if (fs::exists(place, error)) return place;
    client_.get(key, part, options_.blob_bytes_max);
    if (base::sha256_file(part) != name) {
        fs::remove(part, error);
        fail(ErrorCode::Upstream, base::Next{"remove the blob and make it again"},
             "the object store has something else under the name {}", name);
    }
    base::publish_file(part, place);
    fs::remove(part.string() + ".lock", error);
    return place;
}

std::shared_ptr<void> ObjectBlobs::hold(std::string_view name)
{
    auto const path = path_of(name);
    auto fd = std::make_shared<base::Fd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!*fd || ::flock(fd->get(), LOCK_SH | LOCK_NB) != 0) base::fail_errno(errno, "hold", path.string());
    return fd;
}

bool ObjectBlobs::verify(std::string_view name)
{
    auto const place = place_of((key_of(name), name));
    std::error_code error;
    if (fs::exists(place, error)) {
        if (base::sha256_file(place) == name) return true;
        fs::remove(place, error); // damaged here: the one in the bucket may be whole
    }
    try {
        path_of(name);
        return true;
    } catch (base::Error const& failure) {
        if (failure.code == ErrorCode::NotFound) return false;
        if (std::string_view(failure.what()).find("something else") != std::string_view::npos) return false;
        throw;
    }
}

bool ObjectBlobs::remove(std::string_view name)
{
    auto const key = key_of(name);
    std::error_code none;
    fs::remove(place_of(name), none);
    auto const there = client_.head(key).has_value();
    if (there) client_.remove(key);
    return there;
}

std::uintmax_t ObjectBlobs::total_bytes()
{
    std::uintmax_t bytes = 0;
    std::string from;
    do {
        auto const page = client_.list(options_.prefix, from);
        for (auto const& item : page.items) bytes += item.bytes;
        from = page.next;
    } while (!from.empty());
    return bytes;
}

std::string ObjectBlobs::probe()
{
    client_.check_bucket();
    return fmt::format("{}/{}, cache in {}", client_.options().endpoint, client_.options().bucket,
                       options_.cache.string());
}

int ObjectBlobs::give_up_leftovers(base::Time now)
{
    int count = 0;
    for (auto const& upload : client_.list_uploads(options_.prefix)) {
        if (!upload.began || *upload.began + options_.upload_age_max > now) continue;
        client_.abort_upload(upload.key, upload.id);
        ++count;
    }
    return count;
}

std::vector<base::Setting> settings()
{
    return {{"s3", "endpoint", "S3-compatible storage that several machines share; empty: a folder", "", "S3_ENDPOINT"},
            {"s3", "region", "that its signatures name", "us-east-1", "AWS_REGION"},
            {"s3", "bucket", "where media go; must exist", "ettametta", "S3_BUCKET"},
            {"s3", "access_key", "of the storage", "", "AWS_ACCESS_KEY_ID", true},
            {"s3", "secret_key", "of the storage", "", "AWS_SECRET_ACCESS_KEY", true},
            {"s3", "prefix", "of every key", "blobs/"},
            {"s3", "part_bytes", "size of a part of a large upload", "16777216"},
            {"s3", "cache_bytes_max", "copies that are kept on this machine", "21474836480"},
            {"s3", "check_etags", "false where the storage encrypts with keys of its own", "true"}};
}

std::unique_ptr<ObjectBlobs> blobs_from(base::Config const& config, fs::path cache, net::HttpClient& http,
                                        base::Random& random)
{
    ClientOptions client;
    client.endpoint = config.text("s3.endpoint");
    if (client.endpoint.empty()) return nullptr;
    client.region = config.text("s3.region");
    client.bucket = config.text("s3.bucket");
    client.credentials = {config.require("s3.access_key", "the object store"),
                          config.require("s3.secret_key", "the object store")};
    client.part_bytes = static_cast<std::size_t>(config.integer("s3.part_bytes", 5 << 20, std::int64_t{1} << 30));
    client.check_etags = config.flag("s3.check_etags");
    BlobOptions options;
    options.prefix = config.text("s3.prefix");
    options.cache = std::move(cache);
    options.cache_bytes_max =
        static_cast<std::uintmax_t>(config.integer("s3.cache_bytes_max", std::int64_t{1} << 28, std::int64_t{1} << 45));
    return std::make_unique<ObjectBlobs>(Client(std::move(client), http, random), std::move(options));
}

} // namespace objects
