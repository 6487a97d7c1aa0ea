#include "store/backup.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "store/sqlite.h"

#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace store {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Next;

static constexpr std::size_t manifest_bytes_max = 4'096;
static constexpr std::size_t piece_bytes = 1U << 18U;

fs::path database_file(fs::path const& data_folder) { return data_folder / "ettametta.db"; }

/// Copies from one descriptor to another until the end; gives back the hash and the number of bytes.
static std::pair<std::string, std::uint64_t> copy_bytes(int from, int to, std::string_view from_name,
                                                        std::string_view to_name)
{
    base::Sha256 hash;
    std::uint64_t bytes = 0;
    std::string piece(piece_bytes, '\0');
    for (;;) {
        auto const count = ::read(from, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) base::fail_errno(errno, "read", from_name);
        if (count == 0) return {hash.hex(), bytes};
        auto const part = std::string_view(piece).substr(0, static_cast<std::size_t>(count));
        base::write_all(to, part, to_name);
        hash.update(part);
        bytes += part.size();
    }
}

static base::Fd open_file(fs::path const& path, int flags)
{
    base::Fd fd(::open(path.c_str(), flags | O_CLOEXEC, 0600));
    if (!fd) base::fail_errno(errno, flags == O_RDONLY ? "read" : "write", path.string());
    return fd;
}

/// SQLite's online backup: one moment of the database, without holding up its writers.
static void take_snapshot(Database const& database, fs::path const& target)
{
    SqliteConnection const from(database.location(), SqliteRole::Reader, database.options());
    SqliteConnection to(target, SqliteRole::Writer, database.options());
    to.run("PRAGMA journal_mode=DELETE", {}); // the copy is one file, without a log beside it
    auto* const copy = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
    auto const result = copy ? sqlite3_backup_step(copy, -1) : sqlite3_errcode(to.handle());
    if (copy) sqlite3_backup_finish(copy);
    if (result == SQLITE_DONE) return;
    auto const full = (result & 0xff) == SQLITE_FULL;
    throw DatabaseError(full ? Fault::Full : Fault::Connection,
                        fmt::format("cannot write the backup {}: {}", target.string(), sqlite3_errstr(result)),
                        full ? "" : "check the disk");
}

BackupManifest backup(Database& database, fs::path const& file, base::Clock const& clock)
{
    if (database.engine() == Engine::Postgres)
        fail(ErrorCode::Unavailable,
             Next{fmt::format(
                 "run: pg_dump --format=custom --file={} \"{}\"   and later: pg_restore --clean --if-exists "
                 "--dbname=URL {}",
                 file.string(), base::redact_url(database.location()), file.string())},
             "ettametta backs up SQLite; PostgreSQL has a tool of its own");
    BackupManifest manifest;
    manifest.created_at = clock.now();
    manifest.version = version_of(database);
    auto const folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    base::TemporaryFolder const work(folder, backup_work_prefix);
    auto const snapshot = work.path() / "snapshot.db";
    take_snapshot(database, snapshot);
    manifest.bytes = fs::file_size(snapshot);
    manifest.sha256 = base::sha256_file(snapshot);

    auto const finished = work.path() / "backup";
    {
        auto const from = open_file(snapshot, O_RDONLY);
        auto const to = open_file(finished, O_WRONLY | O_CREAT);
        base::write_all(to.get(), base::to_json(manifest) + "\n", finished.string());
        copy_bytes(from.get(), to.get(), snapshot.string(), finished.string());
    }
    base::publish_file(finished, file);
    return manifest;
}

/// Reads the first line and leaves the descriptor behind it.
static BackupManifest read_head(base::Fd const& fd, fs::path const& file)
{
    auto const not_ours = [&] {
        fail(ErrorCode::InvalidInput, Next{"name a file that `ettametta backup` wrote"},
             "{} is not a backup of ettametta", file.string());
    };
    std::string line;
    char c = 0;
    while (::read(fd.get(), &c, 1) == 1 && c != '\n') {
        line += c;
        if (line.size() > manifest_bytes_max || line[0] != '{') not_ours();
    }
    if (c != '\n') not_ours();
    BackupManifest manifest;
    try {
        manifest = base::read_json<BackupManifest>(line, "manifest");
    } catch (base::Error const&) {
        not_ours();
    }
    if (manifest.format != BackupManifest().format) not_ours();
    return manifest;
}

BackupManifest read_manifest(fs::path const& file) { return read_head(open_file(file, O_RDONLY), file); }

/// The database of the backup, verified, as a file of its own.
static BackupManifest unpack(fs::path const& file, fs::path const& target, std::span<Migration const> migrations)
{
    auto const from = open_file(file, O_RDONLY);
    auto const manifest = read_head(from, file);
    if (manifest.version < 0 || manifest.version > static_cast<int>(migrations.size()))
        fail(ErrorCode::Conflict, Next{"restore it with the ettametta that wrote it, or a newer one"},
             "{} is of version {} and this program knows up to version {}", file.string(), manifest.version,
             migrations.size());
    {
        auto const to = open_file(target, O_WRONLY | O_CREAT);
        auto const [hash, bytes] = copy_bytes(from.get(), to.get(), file.string(), target.string());
        if (bytes != manifest.bytes || hash != manifest.sha256)
            fail(ErrorCode::InvalidInput, Next{"use another copy of it"},
                 "{} is damaged: {} bytes with the hash {:.12} where {} bytes with {:.12} were written", file.string(),
                 bytes, hash, manifest.bytes, manifest.sha256);
        if (::fsync(to.get()) != 0) base::fail_errno(errno, "write", target.string());
    }
    Database database(target.string());
    auto const report = check(database, migrations.first(static_cast<std::size_t>(manifest.version)));
    if (!report.ok)
        fail(ErrorCode::InvalidInput, Next{"use another backup"}, "{} holds a damaged database: {}", file.string(),
             report.problems.front());
    return manifest;
}

/// Takes the old database out of use: its log is folded into it, so that no log of the old can meet the new.
static void retire(fs::path const& current)
{
    sqlite3* db = nullptr;
    auto const opened = sqlite3_open_v2(current.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
    std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)> const owner(db, &sqlite3_close_v2);
    auto result = opened;
    if (result == SQLITE_OK) result = sqlite3_exec(db, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    if ((result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED)
        fail(ErrorCode::Conflict, Next{"stop ettametta serve and its workers first"}, "{} is in use", current.string());
    if (result == SQLITE_OK) return;
    for (auto const* suffix : {"-wal", "-shm"}) { // it is damaged itself, which may be why somebody restores
        std::error_code none;
        fs::rename(current.string() + suffix, current.string() + ".before-restore" + suffix, none);
    }
}

BackupManifest restore(fs::path const& file, fs::path const& data_folder, std::span<Migration const> migrations)
{
    base::make_folder(data_folder);
    auto const current = database_file(data_folder);
    base::TemporaryFolder const work(data_folder, ".ettametta-restore");
    auto const fresh = work.path() / "fresh.db";
    auto const manifest = unpack(file, fresh, migrations);
    if (fs::exists(current)) {
        retire(current);
        auto const kept = current.string() + ".before-restore";
        std::error_code none;
        fs::remove(kept, none);
        if (::link(current.c_str(), kept.c_str()) != 0) base::fail_errno(errno, "keep", current.string());
    }
    base::publish_file(fresh, current);
    return manifest;
}

} // namespace store
