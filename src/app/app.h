#pragma once
#include "accounts/accounts.h"
#include "app/command.h"
#include "app/progress.h"
#include "app/table.h"
#include "base/config.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "discovery/discovery.h"
#include "discovery/source_store.h"
#include "store/blob_store.h"
#include "store/database.h"
#include "studio/transform.h"

#include <memory>
#include <mutex>
#include <stop_token>

namespace app {

/// The settings of every module, in the order of `ettametta doctor`.
std::span<base::Setting const> all_settings();

/// What the media program may take; InvalidInput where a value will not do.
struct MediaSettings {
    int memory_mib = 1500;
    base::Milliseconds timeout{};
    double target_seconds = 30; ///< length that --trim hook aims at
};
MediaSettings media_settings_from(base::Config const& config);

/// XDG_DATA_HOME/NAME, or ~/.local/share/NAME.
std::filesystem::path data_folder(std::string_view name);

/// What a command works with. Ground parts are built at once; the rest when a command first asks, so that `looks`
/// needs no database and `--version` needs nothing.
class App {
public:
    App(Arguments const& arguments, std::stop_token stop);
    ~App();

    bool json() const { return json_; }
    bool quiet() const { return quiet_; }
    std::uint64_t seed() const { return seed_; }
    double target_seconds() const;
    std::stop_token const& stop() const { return stop_; }
    base::Clock& clock() { return *clock_; }
    /// False where `--now` says what time it is.
    bool clock_is_real() const { return clock_is_real_; }
    base::Random& random() { return *random_; }
    base::Ids& ids() { return *ids_; }
    base::Log& log() { return *log_; }
    base::Config const& config() const { return *config_; }
    /// Raises what would keep the program from starting with these stored settings in place of those that are.
    void check_stored(std::map<std::string, std::string> const& stored);
    std::filesystem::path const& data_folder() const { return data_; }

    std::filesystem::path catalog_folder() const;
    studio::Catalog const& catalog();
    studio::MediaChild const& media();
    studio::Studio const& studio();
    net::HttpClient& client();
    discovery::Scanner& scanner();
    /// nullptr where no language model is configured.
    ai::LanguageModel* model();
    discovery::Discovery& discovery();
    /// Opened, checked and brought to this version; the data folder is made first.
    store::Database& database();
    /// Whether there is one already; on a server it is taken for granted.
    bool has_database() const;
    accounts::Vault& vault();
    accounts::Accounts& accounts();
    store::BlobStore& blobs();
    /// Where the database is or would be, without opening it; may hold a password.
    std::string database_location() const;

    void print(std::string_view text) const;
    void print_table(std::vector<std::vector<std::string>> const& rows) const;
    /// One document and nothing else.
    template <class T> void print_json(T const& value) const { print(base::to_pretty_json(value)); }

private:
    bool json_;
    bool quiet_;
    std::uint64_t seed_ = 0;
    std::stop_token stop_;
    std::filesystem::path data_;
    bool clock_is_real_;
    std::unique_ptr<base::Clock> clock_;
    base::Config::Layers layers_;
    std::unique_ptr<base::Config> config_;
    std::unique_ptr<base::Random> random_;
    std::unique_ptr<base::Ids> ids_;
    std::unique_ptr<base::Log> log_;
    std::unique_ptr<studio::Catalog> catalog_;
    std::unique_ptr<studio::MediaChild> media_;
    std::unique_ptr<studio::Recogniser> recogniser_;
    std::unique_ptr<studio::Studio> studio_;
    std::unique_ptr<net::HttpClient> client_;
    std::mutex database_mutex_; // the first to ask opens it, also from a thread of the scanner
    std::mutex vault_mutex_;    // of the vault and the blobs, likewise
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<accounts::Vault> vault_;
    std::unique_ptr<accounts::Accounts> accounts_; // its threads end before what they use goes
    std::unique_ptr<store::BlobStore> blobs_;
    std::unique_ptr<discovery::SourceStore> source_store_;
    std::unique_ptr<discovery::Credentials> credentials_;
    std::unique_ptr<ai::LanguageModel> model_;
    std::unique_ptr<discovery::Scanner> scanner_; // its threads end before what they use goes
    std::unique_ptr<discovery::Discovery> discovery_;
};

} // namespace app
