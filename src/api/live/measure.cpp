#include "api/live/measure.h"

#include "base/file.h"

#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace api::live {

/// "" where it can't be read: files of /proc have no size, and some systems hide them.
static std::string text_of(std::filesystem::path const& path)
{
    std::ifstream in(path);
    std::stringstream text;
    if (in) text << in.rdbuf();
    return text.str();
}

/// The number behind "Name:" in text of the form that /proc/meminfo has.
static std::optional<std::int64_t> field(std::string const& text, std::string_view name)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name)) continue;
        std::int64_t value = 0;
        if (std::istringstream(line.substr(name.size())) >> value) return value;
    }
    return std::nullopt;
}

static void read_cpu(SystemCounters& out, std::filesystem::path const& proc)
{
    std::istringstream all(text_of(proc / "stat"));
    std::string word;
    std::uint64_t user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, stolen = 0;
    if (all >> word >> user >> nice >> system >> idle >> wait >> irq >> soft >> stolen && word == "cpu") {
        out.cpu_busy_ticks = user + nice + system + irq + soft + stolen;
        out.cpu_all_ticks = *out.cpu_busy_ticks + idle + wait;
    }
    auto const own = text_of(proc / "self/stat");
    auto const name_end = own.rfind(')'); // the name may hold spaces
    if (name_end == std::string::npos) return;
    std::istringstream fields(own.substr(name_end + 1));
    for (int i = 0; i < 11; ++i) fields >> word;
    if (fields >> user >> system) out.process_ticks = user + system;
}

static void read_network(SystemCounters& out, std::filesystem::path const& proc)
{
    std::istringstream lines(text_of(proc / "net/dev"));
    for (std::string line; std::getline(lines, line);) {
        auto const colon = line.find(':');
        if (colon == std::string::npos || base::trim(std::string_view(line).substr(0, colon)) == "lo") continue;
        std::istringstream fields(line.substr(colon + 1));
        std::uint64_t received = 0, other = 0, sent = 0;
        fields >> received;
        for (int i = 0; i < 7; ++i) fields >> other;
        if (!(fields >> sent)) continue;
        out.received_bytes = out.received_bytes.value_or(0) + received;
        out.sent_bytes = out.sent_bytes.value_or(0) + sent;
    }
}

SystemCounters read_counters(std::filesystem::path const& proc)
{
    SystemCounters out;
    out.at = std::chrono::steady_clock::now();
    read_cpu(out, proc);
    read_network(out, proc);
    auto const io = text_of(proc / "self/io");
    if (auto const read = field(io, "read_bytes:")) out.read_bytes = static_cast<std::uint64_t>(*read);
    if (auto const written = field(io, "write_bytes:")) out.written_bytes = static_cast<std::uint64_t>(*written);
    return out;
}

/// How much was added; nothing where one is missing or the counter began anew.
static std::optional<double> grown(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now)
{
    if (!before || !now || *now < *before) return std::nullopt;
    return static_cast<double>(*now - *before);
}

static std::optional<double> rate(std::optional<double> grown_by, SystemCounters const& before,
                                  SystemCounters const& now)
{
    auto const seconds = std::chrono::duration<double>(now.at - before.at).count();
    if (!grown_by || seconds <= 0) return std::nullopt;
    return *grown_by / seconds;
}

CpuSample measure_cpu(SystemCounters const& before, SystemCounters const& now, std::filesystem::path const& proc)
{
    CpuSample out;
    out.processors = static_cast<int>(std::thread::hardware_concurrency());
    auto const busy = grown(before.cpu_busy_ticks, now.cpu_busy_ticks);
    auto const all = grown(before.cpu_all_ticks, now.cpu_all_ticks);
    if (busy && all && *all > 0) out.percent = 100 * *busy / *all;
    if (auto const ticks = rate(grown(before.process_ticks, now.process_ticks), before, now))
        out.process_percent = 100 * *ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
    double load = 0;
    if (std::istringstream(text_of(proc / "loadavg")) >> load) out.load_1m = load;
    return out;
}

MemorySample measure_memory(std::filesystem::path const& proc)
{
    auto const bytes = [](std::optional<std::int64_t> kib) -> std::optional<std::int64_t> {
        return kib ? std::optional(*kib * 1024) : std::nullopt;
    };
    auto const all = text_of(proc / "meminfo");
    return {bytes(field(all, "MemTotal:")), bytes(field(all, "MemAvailable:")),
            bytes(field(text_of(proc / "self/status"), "VmRSS:"))};
}

DiskSample measure_disk(SystemCounters const& before, SystemCounters const& now, std::filesystem::path const& data)
{
    DiskSample out;
    std::error_code error;
    auto const space = std::filesystem::space(data, error);
    if (!error) {
        out.total_bytes = static_cast<std::int64_t>(space.capacity);
        out.free_bytes = static_cast<std::int64_t>(space.available);
    }
    out.read_bytes_per_second = rate(grown(before.read_bytes, now.read_bytes), before, now);
    out.written_bytes_per_second = rate(grown(before.written_bytes, now.written_bytes), before, now);
    return out;
}

NetworkSample measure_network(SystemCounters const& before, SystemCounters const& now)
{
    return {rate(grown(before.received_bytes, now.received_bytes), before, now),
            rate(grown(before.sent_bytes, now.sent_bytes), before, now)};
}

} // namespace api::live
