#include "app/doctor.h"

#include "app/engine.h"
#include "app/samples.h"
#include "base/file.h"
#include "store/migrations.h"
#include "studio/fonts.h"

#include <csignal>
#include <unistd.h>

namespace app {

namespace {

using api::Finding;
using api::Health;
constexpr std::uintmax_t disk_free_min = 256U << 20U;
constexpr std::uintmax_t database_read_max = 256U << 20U; ///< beyond it nothing is read in full while a request waits
constexpr std::int64_t audit_read_max = 100'000;

/// Runs a look at something; its error is the finding.
template <class Look> void look(Findings& findings, std::string what, std::string enables, Health otherwise, Look work)
{
    Finding finding{std::move(what), Health::Ok, {}, std::move(enables), {}};
    try {
        finding.detail = work();
    } catch (base::Error const& error) {
        finding.health = otherwise;
        finding.detail = error.what();
        finding.next_action = error.next_action;
    }
    findings.push_back(std::move(finding));
}

} // namespace

/// Whether the database's file is small enough to be read in full while somebody waits.
static bool is_small(App& app)
{
    if (app.database().engine() == store::Engine::Postgres) return true; // it is asked, not read
    std::error_code error;
    auto const bytes = std::filesystem::file_size(app.database().location(), error);
    return error || bytes <= database_read_max;
}

static void look_at_ground(App& app, Findings& findings, Depth depth)
{
    look(findings, "data folder", "everything that is kept", Health::Broken, [&] {
        auto const& folder = app.data_folder();
        base::make_folder(folder);
        if (::access(folder.c_str(), W_OK) != 0) base::fail_errno(errno, "write into", folder.string());
        return fmt::format("{}, {:.1f} GiB free", folder.string(),
                           static_cast<double>(base::free_bytes(folder)) / (1 << 30));
    });
    look(findings, "database", "jobs, clips, the publishing ledger", Health::Broken, [&] {
        if (depth == Depth::Quick && !is_small(app))
            return fmt::format("{}, version {}; too large to be read while you wait: `ettametta doctor` does",
                               app.database().describe(), store::version_of(app.database()));
        auto const report = store::check(app.database());
        if (!report.ok)
            base::fail(base::ErrorCode::Storage, base::Next{"restore a backup"}, "{}", report.problems.front());
        return fmt::format("{}, version {}", report.database, report.version);
    });
    look(findings, "catalog", "sources, looks, caption styles", Health::Broken, [&] {
        return fmt::format("{} looks, {} caption styles, {} sources", app.catalog().looks().size(),
                           app.catalog().captions().size(), app.scanner().list().size());
    });
    look(findings, "sample library", "ettametta demo", Health::Missing, [] { return sample_library().string(); });
}

static void look_at_media(App& app, Findings& findings)
{
    look(findings, "media program", "probe, transform, autopilot", Health::Broken,
         [&] { return fmt::format("{} filters", app.media().filters().size()); });
    look(findings, "confinement", "keeps hostile media away from everything else", Health::Missing,
         [&] { return app.media().confinement(); });
    look(findings, "caption font", "captions", Health::Broken,
         [&] { return studio::find_font(app.catalog().fonts(), true, "Captions").path.string(); });
    for (auto const& file :
         {std::pair{"face detector", "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml"},
          std::pair{"speech model", "/usr/share/pocketsphinx/model/en-us/en-us/mdef"}})
        look(findings, file.first,
             file.first == std::string_view("speech model") ? "captions of speech without a transcript"
                                                            : "framing around faces",
             Health::Missing, [&] {
                 if (!std::filesystem::exists(file.second))
                     base::fail(base::ErrorCode::NotFound,
                                base::Next{file.first == std::string_view("speech model") ? "install pocketsphinx-en-us"
                                                                                          : "install opencv-data"},
                                "{} is missing", file.second);
                 return std::string(file.second);
             });
    for (auto const& encoder : app.media().encoders())
        findings.push_back({"encoder " + encoder.name, encoder.works ? Health::Ok : Health::Missing,
                            encoder.works ? "a test picture was encoded" : encoder.reason, "--encoder " + encoder.name,
                            encoder.works ? "" : "x264 is used instead"});
}

static void look_at_tools(App& app, Findings& findings)
{
    look(findings, "yt-dlp", "videos of pages that name no file", Health::Missing, [&] {
        auto const program = discovery::page_program(app.config().text("acquire.yt_dlp"));
        if (program.too_old())
            base::fail(base::ErrorCode::Unavailable,
                       base::Next{"install a current one and a JavaScript runtime, and set acquire.yt_dlp"},
                       "version {} is too old for YouTube", program.version);
        return "version " + program.version;
    });
    look(findings, "vault", "keys, tokens and cookies", Health::Broken, [&] {
        auto const secrets = app.vault().list(std::string(local_owner));
        std::string lost;
        for (auto const& secret : secrets)
            if (secret.quarantined) lost += (lost.empty() ? "" : ", ") + secret.name;
        if (!lost.empty())
            base::fail(base::ErrorCode::Storage, base::Next{"give back the master key, or set them anew"},
                       "these do not open: {}", lost);
        return fmt::format("{} secrets", secrets.size());
    });
}

static void look_at_accounts(App& app, Findings& findings, Depth depth)
{
    look(findings, "users", "signing in", Health::Missing, [&] {
        if (!app.accounts().users().has_admin())
            base::fail(base::ErrorCode::NotFound,
                       base::Next{"`ettametta user add NAME --role admin --password-stdin`, or the set-up token that "
                                  "`ettametta serve` prints"},
                       "there is no admin");
        return std::string("somebody can sign in and administer");
    });
    look(findings, "audit log", "who did what", Health::Broken, [&] {
        auto const head = app.database().read([](store::Connection& c) { return store::audit_head(c); });
        if (depth == Depth::Quick && head.sequence > audit_read_max)
            return fmt::format("{} rows; too many to be read while you wait: `ettametta doctor` does", head.sequence);
        auto const report = accounts::check_audit(app.database());
        if (!report.problem.empty())
            base::fail(base::ErrorCode::Storage, base::Next{"compare with a backup; somebody wrote to the database"},
                       "{}", report.problem);
        return report.rows == 0 ? std::string("empty")
                                : fmt::format("{} rows, the last is {:.16}", report.rows, report.head);
    });
}

static void look_at_settings(App& app, Findings& findings, Depth depth)
{
    look(findings, "language model", "opinions in rankings (discover)", Health::Missing, [&] {
        if (!app.model())
            base::fail(base::ErrorCode::Unavailable, base::Next{"set GROQ_API_KEY, or ai.ollama_models"},
                       "none is configured");
        if (depth == Depth::Quick) return std::string("one is configured; it was not asked"); // that can take a minute
        return app.model()->who(app.stop());
    });
    for (auto const& source : app.scanner().list())
        findings.push_back({"source " + source.id, source.configured ? Health::Ok : Health::Missing,
                            source.configured ? source.endpoint : source.missing.value_or(""), source.help,
                            source.next_action.value_or("")});
    for (auto const& setting : app.config().settings()) {
        if (setting.name == "*") continue;
        auto const key = fmt::format("{}.{}", setting.section, setting.name);
        auto const value = app.config().text(key);
        auto const shown = value.empty()    ? std::string("not set")
                           : setting.secret ? std::string("set")
                                            : base::redact_url(value);
        findings.push_back({"setting " + key, Health::Ok, shown, std::string(setting.help),
                            value.empty() ? "set " + base::Config::environment_name(setting) : ""});
    }
}

static std::string living_worker(App& app)
{
    auto const now = app.clock().now();
    auto const rows = app.database().read(
        [&](store::Connection& connection) { return store::list_workers(connection, now - jobs::worker_silence_max); });
    auto const host = host_name();
    for (auto const& row : rows) {
        if (row.host != host || (::kill(static_cast<pid_t>(row.pid), 0) != 0 && errno == ESRCH)) continue;
        auto const heard = base::format_duration(std::max(now - row.beat_at, base::Milliseconds(0)));
        if (row.trouble.empty()) return fmt::format("{}, version {}, heard {} ago", row.id, row.version, heard);
        return fmt::format("{}, heard {} ago; works on with trouble: {}", row.id, heard, row.trouble);
    }
    base::fail(base::ErrorCode::NotFound, base::Next{"start `ettametta worker` and look at its log"},
               "no worker of {} was heard of for {}; {} elsewhere", host,
               base::format_duration(jobs::worker_silence_max), rows.size());
}

Findings look_at_worker(App& app)
{
    Findings findings;
    look(findings, "database", "the queue", Health::Broken,
         [&] { return fmt::format("{}, version {}", app.database().describe(), store::version_of(app.database())); });
    look(findings, "worker", "work on the queue", Health::Broken, [&] { return living_worker(app); });
    look(findings, "blob store", "media", Health::Broken, [&] { return app.blobs().probe(); });
    look(findings, "disk", "media", Health::Broken, [&] {
        auto const free = base::free_bytes(app.data_folder());
        if (free < disk_free_min)
            base::fail(base::ErrorCode::Storage, base::Next{"make room"}, "{} has {} MiB left",
                       app.data_folder().string(), free >> 20U);
        return fmt::format("{:.1f} GiB free", static_cast<double>(free) / (1 << 30));
    });
    look(findings, "media program", "probe, transform, autopilot", Health::Broken,
         [&] { return fmt::format("{} filters", app.media().filters().size()); });
    return findings;
}

Findings look_at_everything(App& app, Depth depth)
{
    Findings findings;
    look_at_ground(app, findings, depth);
    look_at_media(app, findings);
    look_at_tools(app, findings);
    look_at_accounts(app, findings, depth);
    look_at_settings(app, findings, depth);
    return findings;
}

} // namespace app
