#pragma once
#include "store/backup.h"
#include "store/tables/jobs.h"

namespace jobs {

/// Where backups lie that nobody named a file for, and how many of them.
struct BackupPlace {
    std::filesystem::path folder;
    int keep = 10;
};

inline constexpr std::chrono::hours backup_timeout{2};

/// A backup as callers see it.
struct BackupView {
    std::string name; ///< "ettametta-20261120T100000Z-6f1c2d3e4a5b.backup"
    std::uint64_t bytes = 0;
    base::Time created_at{};
    int version = 0;    ///< of the tables
    std::string sha256; ///< of the database in it
};
BOOST_DESCRIBE_STRUCT(BackupView, (), (name, bytes, created_at, version, sha256))

/// Of the job that makes it, so that a second try after a crash writes the same file.
std::string backup_name(store::Job const& job);
/// Newest first; files that are no backups are passed over.
std::vector<BackupView> list_backups(std::filesystem::path const& folder);
/// NotFound where there is none of that name. A name never leads out of the folder.
std::filesystem::path find_backup(std::filesystem::path const& folder, std::string const& name);
/// Removes the oldest beyond `keep`.
void keep_newest(BackupPlace const& place);
/// Removes what backups left half written that no job can be at work on any more.
void remove_leftovers(std::filesystem::path const& folder);
/// Unavailable where the database is backed up by a tool of its own.
void require_backups(store::Database const& database);

} // namespace jobs
