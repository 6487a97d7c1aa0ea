#pragma once
#include "base/stored_settings.h"

#include <functional>
#include <mutex>

namespace api {

/// Settings that admins set over the API: a layer below ettametta.toml, above the defaults, in a file of the data
/// folder. They count from the next start on. Thread-safe.
class StoredSettings {
public:
    using Values = std::map<std::string, std::string>;
    /// `check` raises where a program could not start with these values.
    StoredSettings(std::filesystem::path file, std::function<void(Values const&)> check)
        : file_(std::move(file)), check_(std::move(check))
    {
    }
    Values values() const;
    void set(std::string const& name, std::string const& value);
    /// False where it was not set.
    bool remove(std::string const& name);

private:
    std::filesystem::path file_;
    std::function<void(Values const&)> check_;
    mutable std::mutex mutex_;
};

} // namespace api
