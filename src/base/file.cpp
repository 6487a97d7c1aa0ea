#include "base/file.h"

#include "base/error.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace base {

Fd& Fd::operator=(Fd&& other) noexcept
{
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = other.release();
    }
    return *this;
}

Fd::~Fd()
{
    if (fd_ >= 0) ::close(fd_);
}

int Fd::release()
{
    auto const fd = fd_;
    fd_ = -1;
    return fd;
}

std::string read_file(fs::path const& path, std::size_t max_bytes)
{
    Fd const fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)); // a FIFO must not hang us
    if (!fd) fail_errno(errno, "read", path.string());
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) fail_errno(errno, "read", path.string());
    if (S_ISDIR(info.st_mode)) fail_errno(EISDIR, "read", path.string());
    std::string text;
    char buffer[1 << 16];
    for (;;) {
        auto const count = ::read(fd.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_errno(errno, "read", path.string());
        if (count == 0) return text;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > max_bytes)
            fail(ErrorCode::InvalidInput, "{}: larger than the limit of {} bytes", path.string(), max_bytes);
    }
}

void write_all(int fd, std::string_view bytes, std::string_view path)
{
    while (!bytes.empty()) {
        auto const count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_errno(errno, "write", path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

static fs::path folder_of(fs::path const& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

void write_file_atomic(fs::path const& path, std::string_view bytes, unsigned mode)
{
    auto temporary = (folder_of(path) / ("." + path.filename().string() + ".XXXXXX")).string();
    Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) fail_errno(errno, "write", path.string());
    try {
        write_all(fd.get(), bytes, path.string());
        if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) fail_errno(errno, "write", path.string());
        fd.reset();
        if (::rename(temporary.c_str(), path.c_str()) != 0) fail_errno(errno, "write", path.string());
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    sync_folder(folder_of(path));
}

void sync_file(fs::path const& path)
{
    Fd const fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) fail_errno(errno, "sync", path.string());
}

void sync_folder(fs::path const& folder)
{
    Fd const fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) fail_errno(errno, "sync", folder.string());
    if (::fsync(fd.get()) != 0 && errno != EINVAL) fail_errno(errno, "sync", folder.string());
}

void publish_file(fs::path const& finished, fs::path const& target)
{
    sync_file(finished);
    if (::rename(finished.c_str(), target.c_str()) != 0) {
        if (errno != EXDEV) fail_errno(errno, "write", target.string());
        auto const beside = folder_of(target) / ("." + target.filename().string() + ".part");
        std::error_code error;
        fs::copy_file(finished, beside, fs::copy_options::overwrite_existing, error);
        if (error) {
            ::unlink(beside.c_str());
            fail_errno(error.value(), "write", target.string());
        }
        sync_file(beside);
        if (::rename(beside.c_str(), target.c_str()) != 0) fail_errno(errno, "write", target.string());
        ::unlink(finished.c_str());
    }
    sync_folder(folder_of(target));
}

void make_folder(fs::path const& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) fail_errno(error.value(), "make the folder", folder.string());
}

std::uintmax_t free_bytes(fs::path const& path)
{
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) fail_errno(errno, "look at the disk of", path.string());
    return static_cast<std::uintmax_t>(info.f_bavail) * info.f_frsize;
}

TemporaryFolder::TemporaryFolder(std::string_view prefix) : TemporaryFolder(fs::temp_directory_path(), prefix) {}

TemporaryFolder::TemporaryFolder(fs::path const& parent, std::string_view prefix)
{
    auto text = (parent / (std::string(prefix) + ".XXXXXX")).string();
    if (!::mkdtemp(text.data())) fail_errno(errno, "make a temporary folder in", parent.string());
    path_ = text;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path program_folder()
{
    std::error_code error;
    auto const program = fs::read_symlink("/proc/self/exe", error);
    if (error) fail_errno(error.value(), "read", "/proc/self/exe");
    return program.parent_path();
}

fs::path share_folder()
{
    // Installed: <prefix>/bin/ettametta and <prefix>/share/ettametta. In the build tree share/ lies beside the program.
    auto const folder = program_folder();
    for (auto const& candidate : {folder / "../share/ettametta", folder / "share/ettametta"})
        if (fs::is_directory(candidate / "catalog")) return fs::canonical(candidate);
    fail(ErrorCode::NotFound, Next{"install again with cmake --install, or build with ./run --setup"},
         "{}: the program's data folder share/ettametta is missing", folder.string());
}

} // namespace base
