#pragma once
#include <filesystem>
#include <map>
#include <string>

namespace base {

/// Where a data folder keeps the settings that were set over the API.
std::filesystem::path stored_settings_file(std::filesystem::path const& data_folder);
/// "section.name" -> value; nothing where there is no such file. InvalidInput where it is not what we wrote.
std::map<std::string, std::string> read_stored_settings(std::filesystem::path const& file);
/// Whole or not at all, for the owner's eyes alone.
void write_stored_settings(std::filesystem::path const& file, std::map<std::string, std::string> const& settings);

} // namespace base
