#include "studio/catalog.h"

#include "base/file.h"

#include <algorithm>

namespace studio {

static constexpr std::size_t file_bytes_max = 256U << 10U;
static constexpr std::size_t files_max = 500;

/// Reads every *.json of a folder into a record; the file's name must be the record's.
template <class Record> static std::vector<Record> read_folder(std::filesystem::path const& folder)
{
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().extension() == ".json") paths.push_back(entry.path());
    if (error) base::fail_errno(error.value(), "read", folder.string());
    if (paths.size() > files_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: more than {} files", folder.string(), files_max);
    std::ranges::sort(paths);
    std::vector<Record> records;
    for (auto const& path : paths) {
        try {
            records.push_back(base::read_json<Record>(base::read_file(path, file_bytes_max), path.string()));
        } catch (base::Error const& problem) {
            base::fail(base::ErrorCode::InvalidInput, "{}: {}", path.string(), problem.what());
        }
        if (records.back().name != path.stem())
            base::fail(base::ErrorCode::InvalidInput, "{}: its name is '{}'; file and name must be the same",
                       path.string(), records.back().name);
    }
    return records;
}

std::vector<plan::FilterCall> filters_of(Look const& look)
{
    auto calls = look.filters;
    if (look.intensity < 1)
        for (auto& call : calls) call.values.try_emplace("intensity", 1).first->second *= look.intensity;
    return calls;
}

Catalog::Catalog(std::filesystem::path const& folder)
    : looks_(read_folder<Look>(folder / "looks")), captions_(read_folder<plan::CaptionStyle>(folder / "captions")),
      platforms_(read_folder<Platform>(folder / "platforms"))
{
    auto const path = folder / "fonts.json";
    fonts_ = base::read_json<std::vector<std::string>>(base::read_file(path, file_bytes_max), path.string());
    auto const moods = folder / "moods.json";
    moods_ = base::read_json<Moods>(base::read_file(moods, file_bytes_max), moods.string());
    for (auto const& entry : looks_) {
        if (!entry.captions.empty()) caption_style(entry.captions);
        if (!(entry.intensity >= 0 && entry.intensity <= 1))
            base::fail(base::ErrorCode::InvalidInput, "looks/{}.json: intensity {} is outside [0, 1]", entry.name,
                       entry.intensity);
    }
}

template <class Record>
static Record const& find(std::vector<Record> const& records, std::string_view name, std::string_view what)
{
    std::string known;
    for (auto const& record : records) {
        if (record.name == name) return record;
        known += (known.empty() ? "" : ", ") + record.name;
    }
    base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is none of {}", what, name, known);
}

Platform const& Catalog::platform(std::string_view name) const { return find(platforms_, name, "platform"); }
Look const& Catalog::look(std::string_view name) const { return find(looks_, name, "look"); }
plan::CaptionStyle const& Catalog::caption_style(std::string_view name) const
{
    return find(captions_, name, "captions");
}

} // namespace studio
