#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace base {

namespace fs = std::filesystem;

/// Owns a file descriptor.
class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();
    int get() const { return fd_; }
    int release();
    void reset() { *this = Fd(); }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

/// The whole file; InvalidInput above max_bytes.
std::string read_file(fs::path const& path, std::size_t max_bytes);
/// Temporary file beside the target, fsync, rename, fsync of the folder: a reader sees the old text or the new.
void write_file_atomic(fs::path const& path, std::string_view bytes, unsigned mode = 0644);
/// Moves a finished file to its place the same way, copying where the rename would cross file systems.
void publish_file(fs::path const& finished, fs::path const& target);
void write_all(int fd, std::string_view bytes, std::string_view path);
void sync_file(fs::path const& path);
void sync_folder(fs::path const& folder);
/// Makes the folder and its parents; errors name it.
void make_folder(fs::path const& folder);
/// Bytes that an ordinary user can still write where the path lies.
std::uintmax_t free_bytes(fs::path const& path);

/// A folder of its own under the system's temporary place, removed with everything in it at the end.
class TemporaryFolder {
public:
    explicit TemporaryFolder(std::string_view prefix = "ettametta");
    explicit TemporaryFolder(fs::path const& parent, std::string_view prefix);
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    ~TemporaryFolder();
    fs::path const& path() const { return path_; }

private:
    fs::path path_;
};

/// The folder of the running program, and the data installed with it (share/ettametta).
fs::path program_folder();
fs::path share_folder();

} // namespace base
