#include "media/landlock.h"

#include "base/error.h"
#include "base/file.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace media::landlock {

namespace {

// Newer than the headers of Debian 12.
constexpr std::uint64_t access_truncate = 1ULL << 14U; // version 3
constexpr std::uint64_t net_all = 3;                   // version 4: bind and connect TCP

/// As in linux/landlock.h of version 4; older kernels are given the first member alone.
struct RulesetAttributes {
    std::uint64_t files = 0;
    std::uint64_t net = 0;
};

constexpr std::uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t read_folder = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write_file = read_file | LANDLOCK_ACCESS_FS_WRITE_FILE | access_truncate;
constexpr std::uint64_t write_folder = read_folder | write_file | LANDLOCK_ACCESS_FS_MAKE_REG |
                                       LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                       LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER;

/// Libraries, fonts, models and what the C library reads to know its machine.
constexpr char const* system_readable[] = {"/usr/lib",
                                           "/lib",
                                           "/lib64",
                                           "/usr/local/lib",
                                           "/etc/ld.so.cache",
                                           "/usr/share/fonts",
                                           "/usr/local/share/fonts",
                                           "/usr/share/fontconfig",
                                           "/etc/fonts",
                                           "/var/cache/fontconfig",
                                           "/usr/share/opencv4",
                                           "/usr/share/pocketsphinx",
                                           "/usr/share/tesseract-ocr",
                                           "/usr/share/zoneinfo",
                                           "/etc/localtime",
                                           "/proc/self",
                                           "/proc/cpuinfo",
                                           "/proc/meminfo",
                                           "/proc/stat",
                                           "/sys/devices/system/cpu",
                                           "/dev/urandom",
                                           "/dev/random"};
/// Hardware encoders talk to their card through these.
constexpr char const* system_writable[] = {"/dev/null", "/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia-uvm",
                                           "/dev/dri"};

std::uint64_t handled_files(int abi)
{
    std::uint64_t all = (1ULL << 13U) - 1; // version 1: 13 kinds of access
    if (abi >= 2) all |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3) all |= access_truncate;
    return all;
}

/// False where the path does not exist.
bool allow(int ruleset, std::string const& path, std::uint64_t for_folder, std::uint64_t for_file,
           std::uint64_t handled)
{
    base::Fd const fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!fd) return false;
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return false;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = (S_ISDIR(status.st_mode) ? for_folder : for_file) & handled;
    rule.parent_fd = fd.get();
    if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        base::fail_errno(errno, "allow access to", path);
    return true;
}

} // namespace

int version()
{
    auto const abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? static_cast<int>(abi) : 0;
}

int restrict_files(std::vector<std::string> const& readable, std::vector<std::string> const& writable)
{
    auto const abi = version();
    if (abi == 0) return 0;
    auto const handled = handled_files(abi);
    RulesetAttributes const attributes{handled, net_all};
    auto const size = abi >= 4 ? sizeof attributes : sizeof attributes.files;
    base::Fd const ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
    if (!ruleset) base::fail_errno(errno, "make", "a Landlock ruleset");
    for (auto const* path : system_readable) allow(ruleset.get(), path, read_folder, read_file, handled);
    for (auto const* path : system_writable) allow(ruleset.get(), path, write_file, write_file, handled);
    for (auto const& path : readable) allow(ruleset.get(), path, read_folder, read_file, handled);
    for (auto const& path : writable)
        if (!allow(ruleset.get(), path, write_folder, write_file, handled))
            base::fail(base::ErrorCode::NotFound, base::Next{"make the folder first"}, "the folder {} does not exist",
                       path);
    if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
        base::fail_errno(errno, "restrict", "this process");
    return abi;
}

} // namespace media::landlock
