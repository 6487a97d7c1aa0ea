#pragma once
#include "base/json.h"

#include <filesystem>

/// What the system says of itself in /proc. What it doesn't say is nothing, never 0.
namespace api::live {

/// Counters since the machine started; two of them make a rate.
struct SystemCounters {
    std::chrono::steady_clock::time_point at{};
    std::optional<std::uint64_t> cpu_busy_ticks;
    std::optional<std::uint64_t> cpu_all_ticks;
    std::optional<std::uint64_t> process_ticks;
    std::optional<std::uint64_t> received_bytes; ///< of all interfaces but loopback
    std::optional<std::uint64_t> sent_bytes;
    std::optional<std::uint64_t> read_bytes; ///< of this process, from disks
    std::optional<std::uint64_t> written_bytes;
};
/// `proc` is "/proc", or a copy for tests.
SystemCounters read_counters(std::filesystem::path const& proc);

struct CpuSample {
    std::optional<double> percent;         ///< of all processors together, since the sample before
    std::optional<double> process_percent; ///< this program's share of one processor; above 100 with several
    std::optional<double> load_1m;
    int processors = 0;
};
BOOST_DESCRIBE_STRUCT(CpuSample, (), (percent, process_percent, load_1m, processors))

struct MemorySample {
    std::optional<std::int64_t> total_bytes;
    std::optional<std::int64_t> available_bytes;
    std::optional<std::int64_t> process_bytes; ///< resident
};
BOOST_DESCRIBE_STRUCT(MemorySample, (), (total_bytes, available_bytes, process_bytes))

struct DiskSample {
    std::optional<std::int64_t> total_bytes; ///< of the disk with the data folder
    std::optional<std::int64_t> free_bytes;
    std::optional<double> read_bytes_per_second; ///< of this process
    std::optional<double> written_bytes_per_second;
};
BOOST_DESCRIBE_STRUCT(DiskSample, (), (total_bytes, free_bytes, read_bytes_per_second, written_bytes_per_second))

struct NetworkSample {
    std::optional<double> received_bytes_per_second; ///< of the machine, without loopback
    std::optional<double> sent_bytes_per_second;
};
BOOST_DESCRIBE_STRUCT(NetworkSample, (), (received_bytes_per_second, sent_bytes_per_second))

CpuSample measure_cpu(SystemCounters const& before, SystemCounters const& now, std::filesystem::path const& proc);
MemorySample measure_memory(std::filesystem::path const& proc);
DiskSample measure_disk(SystemCounters const& before, SystemCounters const& now, std::filesystem::path const& data);
NetworkSample measure_network(SystemCounters const& before, SystemCounters const& now);

} // namespace api::live
