#include "app/app.h"

#include "accounts/settings.h"
#include "ai/models.h"
#include "app/credentials.h"
#include "app/models.h"
#include "app/version.h"
#include "base/file.h"
#include "base/stored_settings.h"
#include "discovery/database_store.h"
#include "net/settings.h"
#include "objects/object_blobs.h"
#include "speech/http_recogniser.h"
#include "store/migrations.h"

#include <charconv>
#include <cstdio>

namespace app {

namespace {

/// `--now`: begins at that moment and goes on from there, so that leases and waits still end.
class StartedClock : public base::Clock {
public:
    explicit StartedClock(base::Time start) : start_(start) {}
    base::Time now() const override
    {
        return start_ + std::chrono::floor<base::Milliseconds>(std::chrono::steady_clock::now() - begin_);
    }

private:
    base::Time start_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace

std::filesystem::path data_folder(std::string_view name)
{
    auto const environment = base::process_environment();
    auto const find = [&](char const* variable) {
        auto const it = environment.find(variable);
        return it == environment.end() ? std::string() : it->second;
    };
    if (auto const xdg = find("XDG_DATA_HOME"); !xdg.empty() && xdg.front() == '/')
        return std::filesystem::path(xdg) / name;
    if (auto const home = find("HOME"); !home.empty()) return std::filesystem::path(home) / ".local/share" / name;
    base::fail(base::ErrorCode::InvalidInput, base::Next{"give --data DIR"},
               "neither XDG_DATA_HOME nor HOME is set, so there is no place for data");
}

static std::unique_ptr<base::Clock> make_clock(Arguments const& arguments)
{
    if (!arguments.has("--now")) return std::make_unique<base::SystemClock>();
    auto const text = arguments.text("--now");
    auto const time = base::parse_time(text);
    if (!time) base::fail(base::ErrorCode::InvalidInput, "--now: '{}' is not a time like 2026-11-20T10:00:00Z", text);
    return std::make_unique<StartedClock>(*time);
}

static base::Config::Layers layers(Arguments const& arguments, std::filesystem::path const& data)
{
    base::Config::Layers layers;
    std::error_code ignored; // a folder that nobody may look into holds no settings for us
    layers.environment = base::process_environment();
    if (arguments.has("--config"))
        layers.file = arguments.text("--config");
    else if (std::filesystem::exists(data / "ettametta.toml", ignored))
        layers.file = data / "ettametta.toml";
    if (auto const stored = base::stored_settings_file(data); std::filesystem::exists(stored, ignored))
        layers.stored = base::read_stored_settings(stored);
    if (arguments.has("--library"))
        layers.flags["discovery.library"] = std::filesystem::absolute(arguments.text("--library")).string();
    return layers;
}

App::App(Arguments const& arguments, std::stop_token stop)
    : json_(arguments.has("--json")), quiet_(arguments.has("--quiet")), stop_(std::move(stop)),
      data_(arguments.has("--data") ? std::filesystem::absolute(arguments.text("--data"))
                                    : ::app::data_folder("ettametta")),
      clock_is_real_(!arguments.has("--now")), clock_(make_clock(arguments)), layers_(layers(arguments, data_)),
      config_(std::make_unique<base::Config>(all_settings(), layers_))
{
    if (arguments.has("--seed")) {
        seed_ = static_cast<std::uint64_t>(arguments.integer("--seed", 0, 0, std::numeric_limits<std::int64_t>::max()));
        random_ = std::make_unique<base::Random>(seed_);
    } else {
        random_ = std::make_unique<base::Random>();
    }
    ids_ = std::make_unique<base::Ids>(*clock_, *random_);
    log_ = std::make_unique<base::Log>(
        *clock_, base::enum_value<base::LogLevel>(arguments.text("--log-level", "warning"), "--log-level"));
}

App::~App() = default;

MediaSettings media_settings_from(base::Config const& config)
{
    return {static_cast<int>(config.integer("studio.memory_mib", 256, 65536)), config.duration("studio.timeout"),
            config.number("studio.target_seconds", 3, 3600)};
}

double App::target_seconds() const { return media_settings_from(*config_).target_seconds; }
std::filesystem::path App::catalog_folder() const { return base::share_folder() / "catalog"; }

studio::Catalog const& App::catalog()
{
    if (!catalog_) catalog_ = std::make_unique<studio::Catalog>(catalog_folder());
    return *catalog_;
}

studio::MediaChild const& App::media()
{
    if (!media_) {
        auto const program = base::program_folder() / "ettametta-media";
        if (!std::filesystem::exists(program))
            base::fail(base::ErrorCode::Unavailable, base::Next{"build or install both programs side by side"},
                       "{} is missing", program.string());
        auto const settings = media_settings_from(*config_);
        media_ = std::make_unique<studio::MediaChild>(studio::MediaChild::Options{
            program, settings.memory_mib, settings.timeout, speech_model(*this), data_folder() / "cache"});
    }
    return *media_;
}

studio::Studio const& App::studio()
{
    if (studio_) return *studio_;
    auto const& config = *config_;
    if (!config.text("speech.url").empty() || !config.text("speech.key").empty())
        recogniser_ = speech::recogniser_from(config, client(), *random_);
    studio_ = std::make_unique<studio::Studio>(catalog(), media(), *clock_, recogniser_.get(), data_ / "cache/analyses",
                                               data_ / "narrations");
    return *studio_;
}

net::HttpClient& App::client()
{
    if (!client_) { client_ = std::make_unique<net::HttpClient>(net::options_from(*config_), *clock_, *random_); }
    return *client_;
}

discovery::Scanner& App::scanner()
{
    if (!scanner_) {
        source_store_ = std::make_unique<discovery::DatabaseSourceStore>(
            [this]() -> store::Database& { return database(); }, *clock_);
        auto options = discovery::options_from(*config_, catalog_folder());
        credentials_ = std::make_unique<VaultCredentials>(*this, options.credentials);
        scanner_ = std::make_unique<discovery::Scanner>(catalog_folder(), std::move(options), client(), *clock_,
                                                        credentials_.get(), source_store_.get());
    }
    return *scanner_;
}

ai::LanguageModel* App::model()
{
    if (!model_) model_ = ai::models_from(*config_, client(), database(), *clock_, *random_);
    return model_.get();
}

discovery::Discovery& App::discovery()
{
    if (!discovery_)
        discovery_ = std::make_unique<discovery::Discovery>(
            discovery::Discovery::Parts{scanner(), database(), model(), *clock_, *ids_});
    return *discovery_;
}

std::string App::database_location() const
{
    auto const url = config_->text("database.url");
    return url.empty() ? (data_ / "ettametta.db").string() : url;
}

store::Database& App::database()
{
    std::scoped_lock const lock(database_mutex_);
    if (!database_) {
        base::make_folder(data_);
        auto database = std::make_unique<store::Database>(database_location());
        store::migrate(*database, *clock_);
        database_ = std::move(database);
    }
    return *database_;
}

bool App::has_database() const
{
    auto const location = database_location();
    return store::is_postgres_url(location) || std::filesystem::exists(location);
}

accounts::Vault& App::vault()
{
    std::scoped_lock const lock(vault_mutex_);
    if (!vault_)
        vault_ = std::make_unique<accounts::Vault>(
            database(),
            accounts::MasterKeySource{data_ / "master.key", config_->text("vault.master_key"),
                                      config_->text("vault.master_command"), config_->text("vault.old_master_key")},
            *clock_, *ids_);
    return *vault_;
}

accounts::Accounts& App::accounts()
{
    auto& vault = this->vault();
    std::scoped_lock const lock(vault_mutex_);
    if (!accounts_)
        accounts_ = std::make_unique<accounts::Accounts>(accounts::Accounts::Parts{database(), vault, *clock_, *ids_},
                                                         accounts::options_from(*config_, catalog_folder()));
    return *accounts_;
}

store::BlobStore& App::blobs()
{
    std::scoped_lock const lock(vault_mutex_);
    if (!blobs_) blobs_ = objects::blobs_from(*config_, data_ / "cache/objects", client(), *random_);
    if (!blobs_) blobs_ = std::make_unique<store::FolderBlobStore>(data_ / "blobs");
    return *blobs_;
}

void App::print(std::string_view text) const
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        base::fail_errno(errno, "write", "standard output");
}

void App::print_table(std::vector<std::vector<std::string>> const& rows) const { print(table(rows)); }

} // namespace app
