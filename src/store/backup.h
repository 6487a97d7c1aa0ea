#pragma once
#include "store/migrations.h"

namespace store {

/// Where a data folder keeps its SQLite database.
std::filesystem::path database_file(std::filesystem::path const& data_folder);

/// Begins the name of the folder in which a backup is made, beside its file.
inline constexpr std::string_view backup_work_prefix = ".ettametta-backup";

/// What stands at the head of a backup file, as one line of JSON; the database follows it byte for byte.
struct BackupManifest {
    std::string format = "ettametta-backup-1";
    base::Time created_at{};
    int version = 0; ///< of the tables
    std::uint64_t bytes = 0;
    std::string sha256;
};
BOOST_DESCRIBE_STRUCT(BackupManifest, (), (format, created_at, version, bytes, sha256))

/// Writes the database as it is at one moment, while others go on reading and writing, into one file that appears whole
/// or not at all. On PostgreSQL: Unavailable, with the pg_dump command that does it. Blobs are not in it.
BackupManifest backup(Database& database, std::filesystem::path const& file, base::Clock const& clock);

/// What a backup file says of itself; InvalidInput where it is none.
BackupManifest read_manifest(std::filesystem::path const& file);

/// Puts a backup in the place of the data folder's database. Everything is verified first (hash, pages, version), then
/// one rename does it; what was there is kept beside it as ettametta.db.before-restore. Conflict while ettametta runs
/// on the folder, or where the backup is of a newer version.
BackupManifest restore(std::filesystem::path const& file, std::filesystem::path const& data_folder,
                       std::span<Migration const> migrations = all_migrations());

} // namespace store
