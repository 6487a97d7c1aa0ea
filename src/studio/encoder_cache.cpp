#include "base/file.h"
#include "base/hash.h"
#include "studio/media_child.h"

#include <algorithm>
#include <sys/stat.h>

namespace studio {

static constexpr std::size_t cache_bytes_max = 1U << 20U;
/// Where hardware encoders show: drivers make and remove these.
static constexpr char const* device_folders[] = {"/dev/dri", "/dev"};
static constexpr std::string_view device_names[] = {"renderD", "nvidia", "video"};

/// Name, size and time of change.
static std::string stamp(std::filesystem::path const& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return path.string() + " -;";
    return fmt::format("{} {} {} {}.{};", path.string(), status.st_size, status.st_rdev, status.st_mtim.tv_sec,
                       status.st_mtim.tv_nsec);
}

static std::vector<std::string> devices()
{
    std::vector<std::string> found;
    for (auto const* folder : device_folders) {
        std::error_code error;
        for (auto const& entry : std::filesystem::directory_iterator(folder, error)) {
            auto const name = entry.path().filename().string();
            for (auto const prefix : device_names)
                if (name.starts_with(prefix)) found.push_back(entry.path().string());
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string MediaChild::identity() const { return stamp(options_.program); }

/// All that decides which encoders work. Libraries are looked at by the file that their name leads to.
static std::string machine_stamp(std::string const& program)
{
    auto text = program;
    std::error_code error;
    for (auto const* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"})
        for (auto const* library : {"libavcodec.so.59", "libavcodec.so.60", "libavcodec.so.61", "libcuda.so.1"})
            if (auto const path = std::filesystem::path(folder) / library; std::filesystem::exists(path, error))
                text += stamp(path);
    for (auto const& device : devices()) text += stamp(device);
    return text;
}

std::vector<plan::EncoderState> MediaChild::encoders() const
{
    auto const key = base::sha256(machine_stamp(identity()));
    auto const file = options_.cache_folder / "encoders.txt";
    if (!options_.cache_folder.empty()) {
        try {
            auto const text = base::read_file(file, cache_bytes_max);
            if (text.starts_with(key + "\n"))
                return base::from_json<std::vector<plan::EncoderState>>(
                    base::parse_json(text.substr(key.size() + 1), file.string()));
        } catch (base::Error const&) { // not there or not whole: they are tried
        }
    }
    auto const states = base::from_json<std::vector<plan::EncoderState>>(call("encoders", "{}", {}, {}));
    if (!options_.cache_folder.empty()) {
        base::make_folder(options_.cache_folder);
        base::write_file_atomic(file, key + "\n" + base::to_json(states));
    }
    return states;
}

std::vector<plan::EncoderState> MediaChild::known_encoders(std::string const& wanted) const
{
    // Without a device there is nothing to choose from.
    return wanted == "auto" && !devices().empty() ? encoders() : std::vector<plan::EncoderState>{};
}

} // namespace studio
