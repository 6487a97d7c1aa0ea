#include "base/stored_settings.h"

#include "base/file.h"
#include "base/json.h"

namespace base {

static constexpr std::size_t file_bytes_max = 1U << 20U;

std::filesystem::path stored_settings_file(std::filesystem::path const& data_folder)
{
    return data_folder / "settings.json";
}

std::map<std::string, std::string> read_stored_settings(std::filesystem::path const& file)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return {};
    auto const document = parse_json(read_file(file, file_bytes_max), file.string());
    auto const broken = [&](std::string_view what) {
        fail(ErrorCode::InvalidInput, Next{"mend it, or remove it: the defaults then count"}, "{}: {}", file.string(),
             what);
    };
    if (!document.is_object()) broken("it is no object");
    std::map<std::string, std::string> out;
    for (auto const& [key, value] : document.as_object()) {
        if (!value.is_string()) broken(fmt::format("{} is no text", std::string_view(key)));
        out.emplace(key, value.as_string());
    }
    return out;
}

void write_stored_settings(std::filesystem::path const& file, std::map<std::string, std::string> const& settings)
{
    json::object document;
    for (auto const& [key, value] : settings) document[key] = value;
    write_file_atomic(file, json::serialize(document) + "\n", 0600);
}

} // namespace base
