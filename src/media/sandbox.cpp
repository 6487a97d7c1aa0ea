#include "media/sandbox.h"

#include "base/file.h"
#include "media/landlock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace media {

namespace {

#if defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr rlim_t open_files_max = 256;
constexpr rlim_t cpu_grace_seconds = 5; ///< between the answer and the kernel's SIGKILL

/// What no decoder, encoder or font library needs. Refused with EPERM, not killed: glibc itself tries some of them (it
/// asks nscd for a user's name through a socket) and goes on without.
constexpr std::array refused{
    // network, also inside the machine
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
    // other programs and processes
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(kcmp), SCMP_SYS(setpriority),
    // the system
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns),
    SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
    SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(syslog), SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime), SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime), SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(personality),
    // rights and owners
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
    SCMP_SYS(setresgid), SCMP_SYS(setgroups), SCMP_SYS(capset), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown),
    SCMP_SYS(fchownat), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr),
    SCMP_SYS(fsetxattr)};

void set_limit(__rlimit_resource resource, rlim_t soft, rlim_t hard)
{
    rlimit current{};
    if (::getrlimit(resource, &current) != 0) base::fail_errno(errno, "read", "a resource limit");
    rlimit const wanted{std::min(soft, current.rlim_max), std::min(hard, current.rlim_max)};
    if (::setrlimit(resource, &wanted) != 0) base::fail_errno(errno, "set", "a resource limit");
}

/// The answer of a process that used up its time, made before it is needed: a signal handler may only write and end.
std::string out_of_time_answer;

void answer_out_of_time(int)
{
    [[maybe_unused]] auto const written = ::write(1, out_of_time_answer.data(), out_of_time_answer.size());
    ::_exit(1);
}

void limit_resources(plan::ChildLimits const& limits)
{
    auto const seconds = static_cast<rlim_t>(std::max(limits.cpu_seconds, 1));
    plan::ChildError const error{"timeout",
                                 fmt::format("the work needs more than the limit of {} s of processor time", seconds),
                                 "use a shorter or smaller source, or raise the limit"};
    out_of_time_answer = "{\"error\":" + base::to_json(error) + "}\n";
    ::signal(SIGXCPU, answer_out_of_time);
    ::signal(SIGXFSZ, SIG_IGN); // a write above the limit fails with EFBIG, which has a message
    auto const file_bytes = static_cast<rlim_t>(std::max<std::int64_t>(limits.file_bytes, 0));
    set_limit(RLIMIT_CPU, seconds, seconds + cpu_grace_seconds);
    set_limit(RLIMIT_FSIZE, file_bytes, file_bytes);
    set_limit(RLIMIT_CORE, 0, 0);
    set_limit(RLIMIT_NOFILE, open_files_max, open_files_max);
    auto const memory_bytes = static_cast<rlim_t>(std::max(limits.memory_mib, 64)) << 20U;
    if (!sanitized) set_limit(RLIMIT_DATA, memory_bytes, memory_bytes);
}

void filter_system_calls()
{
    struct Release {
        void operator()(void* filter) const { seccomp_release(filter); }
    };
    std::unique_ptr<void, Release> const owner(seccomp_init(SCMP_ACT_ALLOW));
    auto* const filter = owner.get();
    if (!filter) throw std::bad_alloc();
    auto const refusal = SCMP_ACT_ERRNO(EPERM);
    int result = 0;
    auto const keep = [&](int outcome) { result = result == 0 && outcome != -EDOM ? outcome : result; };
    for (auto const call : refused) keep(seccomp_rule_add(filter, refusal, call, 0));
    if (!sanitized) { // LeakSanitizer clones a process that traces this one
        keep(seccomp_rule_add(filter, refusal, SCMP_SYS(ptrace), 0));
        keep(seccomp_rule_add(filter, refusal, SCMP_SYS(clone), 1,
                              scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0}));
    }
    // Its flags lie in memory, out of the filter's sight; with ENOSYS glibc starts threads through clone.
    keep(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
    keep(seccomp_rule_add(filter, refusal, SCMP_SYS(ioctl), 1, scmp_arg_cmp{1, SCMP_CMP_EQ, TIOCSTI, 0}));
    auto const self = static_cast<scmp_datum_t>(::getpid());
    for (auto const call : {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo)})
        keep(seccomp_rule_add(filter, refusal, call, 1, scmp_arg_cmp{0, SCMP_CMP_NE, self, 0}));
    keep(seccomp_rule_add(filter, refusal, SCMP_SYS(tkill), 0));
    if (result == 0) result = seccomp_load(filter);
    if (result != 0)
        base::fail(base::ErrorCode::Unavailable, base::Next{"run it on a kernel and in a container that allow seccomp"},
                   "foreign media are not opened without a filter of system calls: {}", std::strerror(-result));
}

} // namespace

Confinement confine(plan::ChildLimits const& limits)
{
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) base::fail_errno(errno, "give up", "new privileges");
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    limit_resources(limits);
    Confinement confinement{.memory = !sanitized};
    confinement.files_abi = landlock::restrict_files(limits.readable, limits.writable);
    filter_system_calls();
    confinement.system_calls = true;
    return confinement;
}

Confinement confinement_available()
{
    return {.system_calls = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0,
            .files_abi = landlock::version(),
            .memory = !sanitized};
}

} // namespace media
