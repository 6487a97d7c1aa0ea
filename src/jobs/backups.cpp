#include "jobs/backups.h"

#include "base/text.h"

#include <algorithm>

namespace jobs {

namespace fs = std::filesystem;

static constexpr std::string_view name_begin = "ettametta-";
static constexpr std::string_view name_end = ".backup";
static constexpr std::size_t name_bytes_max = 100;
static constexpr std::size_t id_digits = 12;    ///< of the job's id, where it differs from others of the same second
static constexpr std::size_t files_max = 1'000; ///< of a folder that somebody filled by hand

std::string backup_name(store::Job const& job)
{
    std::string at;
    for (auto const c : base::format_time(job.created_at).substr(0, 19))
        if (c != '-' && c != ':') at += c;
    auto const id = job.id.size() > id_digits ? job.id.substr(job.id.size() - id_digits) : job.id;
    return fmt::format("{}{}Z-{}{}", name_begin, at, id, name_end);
}

static bool is_backup_name(std::string_view name)
{
    return name.size() <= name_bytes_max && name.starts_with(name_begin) && name.ends_with(name_end) &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == 'T' || c == 'Z' || c == '-' || c == '.';
           });
}

std::vector<BackupView> list_backups(fs::path const& folder)
{
    std::vector<BackupView> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        auto const name = it->path().filename().string();
        std::error_code unreadable;
        if (!is_backup_name(name) || !fs::is_regular_file(it->symlink_status(unreadable))) continue;
        if (out.size() == files_max) break;
        try {
            auto const manifest = store::read_manifest(it->path());
            out.push_back({name, fs::file_size(it->path()), manifest.created_at, manifest.version, manifest.sha256});
        } catch (base::Error const&) {          // somebody else's file
        } catch (fs::filesystem_error const&) { // gone meanwhile
        }
    }
    std::ranges::sort(out, [](auto const& a, auto const& b) {
        return std::tie(a.created_at, a.name) > std::tie(b.created_at, b.name);
    });
    return out;
}

fs::path find_backup(fs::path const& folder, std::string const& name)
{
    std::error_code error;
    if (!is_backup_name(name) || !fs::is_regular_file(fs::symlink_status(folder / name, error)))
        base::fail(base::ErrorCode::NotFound, base::Next{"GET /api/v1/backups lists them"}, "there is no backup {}",
                   base::truncate_utf8(base::clean_utf8(name), name_bytes_max));
    return folder / name;
}

void keep_newest(BackupPlace const& place)
{
    auto const all = list_backups(place.folder);
    for (auto i = static_cast<std::size_t>(place.keep); i < all.size(); ++i) {
        std::error_code gone;
        fs::remove(place.folder / all[i].name, gone);
    }
}

void remove_leftovers(fs::path const& folder)
{
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code gone;
        auto const is_old =
            fs::last_write_time(it->path(), gone) < fs::file_time_type::clock::now() - 2 * backup_timeout;
        if (it->path().filename().string().starts_with(store::backup_work_prefix) && !gone && is_old)
            fs::remove_all(it->path(), gone);
    }
}

void require_backups(store::Database const& database)
{
    if (database.engine() == store::Engine::Postgres)
        base::fail(base::ErrorCode::Unavailable,
                   base::Next{"run pg_dump --format=custom; `ettametta backup FILE` prints the whole command"},
                   "ettametta backs up SQLite; PostgreSQL has a tool of its own");
}

} // namespace jobs
