#include "api/stored_settings.h"

namespace api {

StoredSettings::Values StoredSettings::values() const
{
    std::scoped_lock const lock(mutex_);
    return base::read_stored_settings(file_);
}

void StoredSettings::set(std::string const& name, std::string const& value)
{
    std::scoped_lock const lock(mutex_);
    auto values = base::read_stored_settings(file_);
    values[name] = value;
    check_(values);
    base::write_stored_settings(file_, values);
}

bool StoredSettings::remove(std::string const& name)
{
    std::scoped_lock const lock(mutex_);
    auto values = base::read_stored_settings(file_);
    if (values.erase(name) == 0) return false;
    base::write_stored_settings(file_, values);
    return true;
}

} // namespace api
