#include "accounts/master_key.h"

#include "base/error.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace accounts {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr std::size_t key_text_bytes_max = 1'000;
static constexpr unsigned owner_only = 0600;
static constexpr base::Milliseconds command_timeout{20'000};

static fs::path next_file(MasterKeySource const& source) { return source.file.string() + ".next"; }

static Key key_of(std::string_view text, std::string_view what)
{
    auto const key = Key::from_text(base::trim(text));
    if (!key)
        fail(ErrorCode::InvalidInput, base::Next{"give 64 hexadecimal digits, as `openssl rand -hex 32` prints them"},
             "{} holds no key of 32 bytes", what);
    return *key;
}

static std::optional<Key> read_key(fs::path const& file)
{
    struct stat state {};
    if (::stat(file.c_str(), &state) != 0) {
        if (errno == ENOENT) return std::nullopt;
        base::fail_errno(errno, "read", file.string());
    }
    if ((state.st_mode & 077U) != 0)
        fail(ErrorCode::Forbidden, base::Next{"chmod 600 " + file.string()}, "{} may be read by others (mode {:o})",
             file.string(), state.st_mode & 0777U);
    return key_of(base::read_file(file, key_text_bytes_max), file.string());
}

/// Of two that start at once only one makes the file; both then read what is there.
static Key make_key_file(fs::path const& file)
{
    base::make_folder(file.parent_path());
    auto const made = file.string() + "." + Key::random().fingerprint();
    base::write_file_atomic(made, Key::random().hex() + "\n", owner_only);
    std::error_code taken;
    fs::create_hard_link(made, file, taken);
    fs::remove(made);
    if (taken && taken != std::errc::file_exists) base::fail_errno(taken.value(), "write", file.string());
    base::sync_folder(file.parent_path());
    return read_key(file).value();
}

static Key key_from_command(std::string const& command)
{
    base::Command call;
    for (auto const& word : base::split(command, ' '))
        if (!word.empty()) call.arguments.emplace_back(word);
    call.timeout = command_timeout;
    call.output_bytes_max = key_text_bytes_max;
    auto const result = base::run(call);
    if (!result.ok())
        fail(ErrorCode::Unavailable, base::Next{"run vault.master_command by hand and see what it says"},
             "vault.master_command {}", result.describe(call));
    return key_of(result.output, "what vault.master_command prints");
}

std::vector<Key> load_master_keys(MasterKeySource const& source)
{
    if (!source.is_file()) {
        std::vector<Key> keys{source.text.empty() ? key_from_command(source.command)
                                                  : key_of(source.text, "vault.master_key")};
        if (!source.old_text.empty()) keys.push_back(key_of(source.old_text, "vault.old_master_key"));
        return keys;
    }
    auto const next = read_key(next_file(source)); // a change was interrupted: either may be the one that opens
    auto const own = read_key(source.file);
    std::vector<Key> keys{own ? *own : make_key_file(source.file)};
    if (next) keys.push_back(*next);
    return keys;
}

Key prepare_new_master_key(MasterKeySource const& source)
{
    if (auto const begun = read_key(next_file(source))) return *begun;
    auto const key = Key::random();
    base::write_file_atomic(next_file(source), key.hex() + "\n", owner_only);
    return key;
}

void adopt_new_master_key(MasterKeySource const& source)
{
    fs::rename(next_file(source), source.file);
    base::sync_folder(source.file.parent_path());
}

} // namespace accounts
