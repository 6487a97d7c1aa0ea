#include "media/commands.h"

#include "media/analysis/analyse.h"
#include "media/filter.h"
#include "media/output/video_encoder.h"
#include "media/probe.h"
#include "media/render.h"
#include "media/sandbox.h"
#include "media/sheet.h"
#include "media/speech/align.h"
#include "media/speech/narrate.h"
#include "media/speech/sound_file.h"
#include "media/speech/transcribe.h"
#include "plan/filter_info.h"

#include <array>

namespace media {

namespace {

base::SystemClock const system_clock;

Command probe_command(std::string_view text)
{
    auto request = base::read_json<plan::ProbeRequest>(text, "request");
    request.limits.readable.push_back(request.input);
    return {request.limits, [input = request.input](ProgressCallback const&, std::stop_token const& stop) {
                return base::to_json(probe(input, stop));
            }};
}

Command analyse_command(std::string_view text)
{
    auto request = base::read_json<plan::AnalyseRequest>(text, "request");
    request.limits.readable.push_back(request.input);
    return {request.limits, [request](ProgressCallback const& progress, std::stop_token const& stop) {
                return base::to_json(analysis::analyse(
                    request.input, {.faces = request.faces, .text = request.text, .camera = request.camera}, progress,
                    system_clock, stop));
            }};
}

Command transcribe_command(std::string_view text)
{
    auto request = base::read_json<plan::TranscribeRequest>(text, "request");
    request.limits.readable.push_back(request.input);
    if (!request.model.empty()) request.limits.readable.push_back(request.model);
    return {request.limits, [request](ProgressCallback const& progress, std::stop_token const& stop) {
                if (!request.script.empty()) {
                    auto const aligned = speech::align(request.input, request.script, progress, system_clock, stop);
                    if (!aligned.words.empty()) return base::to_json(aligned);
                }
                return base::to_json(speech::transcribe(request, progress, system_clock, stop));
            }};
}

Command sound_command(std::string_view text)
{
    auto request = base::read_json<plan::SoundRequest>(text, "request");
    request.limits.readable.push_back(request.input);
    request.limits.writable.push_back(request.work_folder);
    return {request.limits, [request](ProgressCallback const&, std::stop_token const& stop) {
                return base::to_json(speech::write_sound(request, stop));
            }};
}

Command narrate_command(std::string_view text)
{
    auto request = base::read_json<plan::NarrateRequest>(text, "request");
    request.limits.writable.push_back(request.work_folder);
    return {request.limits, [request](ProgressCallback const&, std::stop_token const&) {
                auto const spoken = speech::narrate(request.text);
                speech::write_wav(request.output, spoken.samples, spoken.sample_rate);
                auto const seconds = static_cast<double>(spoken.samples.size()) / spoken.sample_rate;
                return base::to_json(plan::NarrateResult{seconds, spoken.words});
            }};
}

/// What a plan reads and writes; the request decides, not the media.
void add_files(plan::RenderRequest& request)
{
    auto& limits = request.limits;
    for (auto& file : files_read(request.plan)) limits.readable.push_back(std::move(file));
    limits.writable.push_back(request.work_folder);
    auto files = request.thumbnails;
    files.push_back(request.output);
    for (auto const& file : files)
        if (!file.empty()) limits.writable.push_back(std::filesystem::absolute(file).parent_path().string());
}

Command render_command(std::string_view text)
{
    auto request = base::read_json<plan::RenderRequest>(text, "request");
    add_files(request);
    return {request.limits, [request](ProgressCallback const& progress, std::stop_token const& stop) {
                return base::to_json(render(request, progress, stop));
            }};
}

Command sheet_command(std::string_view text)
{
    auto request = base::read_json<plan::SheetRequest>(text, "request");
    for (auto const& plan : request.plans)
        for (auto& file : files_read(plan)) request.limits.readable.push_back(std::move(file));
    request.limits.writable.push_back(request.work_folder);
    return {request.limits, [request](ProgressCallback const&, std::stop_token const& stop) {
                return base::to_json(draw_sheet(request, stop));
            }};
}

Command encoders_command(std::string_view)
{
    return {{}, [](ProgressCallback const&, std::stop_token const&) { return base::to_json(try_video_encoders()); }};
}

void describe(std::span<Param const> params, std::vector<plan::FilterParam>& out)
{
    for (auto const& param : params)
        out.push_back({std::string(param.name), param.default_value, param.min, param.max, std::string(param.help)});
}

std::vector<plan::FilterInfo> describe_filters()
{
    std::vector<plan::FilterInfo> list;
    for (auto const& type : all_filters()) {
        plan::FilterInfo info{std::string(type.name), std::string(type.help), {}, {}, type.acts_at_times};
        describe(type.params, info.params);
        describe(common_params(), info.params);
        for (auto const& option : type.options)
            info.options.push_back({std::string(option.name),
                                    std::string(option.default_value),
                                    {option.choices.begin(), option.choices.end()},
                                    std::string(option.help)});
        list.push_back(std::move(info));
    }
    return list;
}

Command filters_command(std::string_view text)
{
    auto const request = base::read_json<plan::FiltersRequest>(text, "request");
    plan::ChildLimits limits;
    for (auto const& call : request.calls)
        if (auto const file = call.options.find("file"); file != call.options.end())
            limits.readable.push_back(file->second);
    return {limits, [request](ProgressCallback const&, std::stop_token const&) {
                for (auto const& call : request.calls) make_filter(call);
                return base::to_json(describe_filters());
            }};
}

/// What holds this program on this machine, for `ettametta doctor`.
Command confinement_command(std::string_view)
{
    return {{}, [available = confinement_available()](ProgressCallback const&, std::stop_token const&) {
                return base::to_json(available);
            }};
}

struct Entry {
    std::string_view name;
    Command (*make)(std::string_view request);
};

constexpr std::array entries{Entry{"analyse", analyse_command},   Entry{"confinement", confinement_command},
                             Entry{"encoders", encoders_command}, Entry{"filters", filters_command},
                             Entry{"narrate", narrate_command},   Entry{"probe", probe_command},
                             Entry{"render", render_command},     Entry{"sheet", sheet_command},
                             Entry{"sound", sound_command},       Entry{"transcribe", transcribe_command}};

} // namespace

Command make_command(std::string_view name, std::string_view request)
{
    for (auto const& entry : entries)
        if (entry.name == name) return entry.make(request);
    base::fail(base::ErrorCode::InvalidInput, "'{}' is none of {}", name, command_names());
}

std::string command_names()
{
    std::string names;
    for (auto const& entry : entries) names += (names.empty() ? "" : "|") + std::string(entry.name);
    return names;
}

} // namespace media
