#include "studio/media_child.h"

#include "base/subprocess.h"

namespace studio {

static constexpr std::size_t line_bytes_max = 64U << 20U; // an analysis of six hours has some million numbers

namespace {

/// Collects what the child says, line by line.
struct Listener {
    ProgressCallback const& progress;
    std::optional<base::json::value> result = {};
    std::optional<plan::ChildError> error = {};

    void line(std::string_view text)
    {
        if (base::trim(text).empty()) return;
        auto message = base::read_json<plan::ChildMessage>(text, "an answer of ettametta-media");
        if (message.progress && progress) progress(*message.progress);
        if (message.result) result = std::move(message.result);
        if (message.error) error = std::move(message.error);
    }
};

} // namespace

static std::string last_line(std::string const& text)
{
    auto const trimmed = base::trim(text);
    auto const at = trimmed.rfind('\n');
    return base::clean_utf8(trimmed.substr(at == std::string_view::npos ? 0 : at + 1));
}

base::json::value MediaChild::call(std::string const& command, std::string request, ProgressCallback const& progress,
                                   std::stop_token const& stop) const
{
    Listener listener{progress};
    base::Command child{.arguments = {options_.program.string(), command}};
    child.input = std::move(request);
    child.timeout = options_.timeout;
    child.output_bytes_max = line_bytes_max;
    child.on_line = [&](std::string_view line) { listener.line(line); };
    auto const outcome = base::run(child, stop);
    if (outcome.cancelled || stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "{} was cancelled", command);
    if (listener.error)
        throw base::Error(base::error_code(listener.error->code), listener.error->message, listener.error->next_action);
    if (outcome.timed_out)
        base::fail(base::ErrorCode::Timeout, base::Next{"try a shorter input, or raise studio.timeout"},
                   "{} took longer than {}", command, base::format_duration(options_.timeout));
    if (outcome.ok() && listener.result) return std::move(*listener.result);
    auto const said = last_line(outcome.errors);
    // A crash on this input would come again: not worth a retry.
    base::fail(base::ErrorCode::Internal,
               base::Next{"the input may be damaged; try to convert it with another program first"},
               "{}: ettametta-media {}{}{}", command, outcome.describe(child), said.empty() ? "" : ": ", said);
}

plan::ChildLimits MediaChild::limits(std::vector<std::string> readable, std::vector<std::string> writable) const
{
    plan::ChildLimits limits;
    limits.memory_mib = options_.memory_mib;
    limits.readable = std::move(readable);
    limits.writable = std::move(writable);
    return limits;
}

plan::MediaInfo MediaChild::probe(std::filesystem::path const& input, std::stop_token const& stop) const
{
    plan::ProbeRequest const request{input.string(), limits({input.string()}, {})};
    return base::from_json<plan::MediaInfo>(call("probe", base::to_json(request), {}, stop));
}

plan::Analysis MediaChild::analyse(plan::AnalyseRequest request, ProgressCallback const& progress,
                                   std::stop_token const& stop) const
{
    request.limits = limits({request.input}, {});
    return base::from_json<plan::Analysis>(call("analyse", base::to_json(request), progress, stop));
}

plan::Transcript MediaChild::transcribe(plan::TranscribeRequest request, ProgressCallback const& progress,
                                        std::stop_token const& stop) const
{
    if (request.model.empty()) request.model = options_.speech_model.string();
    request.limits = limits({request.input}, {});
    return base::from_json<plan::Transcript>(call("transcribe", base::to_json(request), progress, stop));
}

plan::SoundResult MediaChild::sound(plan::SoundRequest request, std::stop_token const& stop) const
{
    request.limits = limits({request.input}, {request.work_folder});
    return base::from_json<plan::SoundResult>(call("sound", base::to_json(request), {}, stop));
}

plan::NarrateResult MediaChild::narrate(plan::NarrateRequest request, std::stop_token const& stop) const
{
    request.limits = limits({}, {request.work_folder});
    return base::from_json<plan::NarrateResult>(call("narrate", base::to_json(request), {}, stop));
}

plan::RenderResult MediaChild::render(plan::RenderRequest request, ProgressCallback const& progress,
                                      std::stop_token const& stop) const
{
    request.limits = limits(files_read(request.plan), {request.work_folder});
    return base::from_json<plan::RenderResult>(call("render", base::to_json(request), progress, stop));
}

plan::SheetResult MediaChild::sheet(plan::SheetRequest request, std::stop_token const& stop) const
{
    request.limits = limits({}, {request.work_folder}); // the child adds what the plans read
    return base::from_json<plan::SheetResult>(call("sheet", base::to_json(request), {}, stop));
}

std::string MediaChild::confinement() const
{
    auto const found = call("confinement", "{}", {}, {});
    auto const* object = found.if_object();
    auto const has = [&](char const* name) {
        return object && object->contains(name) && object->at(name).is_bool() && object->at(name).get_bool();
    };
    auto const files = object && object->contains("files_abi") ? object->at("files_abi").to_number<int>() : 0;
    return fmt::format("system calls {}, memory {}, files {}", has("system_calls") ? "held" : "free",
                       has("memory") ? "held" : "free",
                       files > 0 ? fmt::format("held (Landlock {})", files) : "free: this kernel has no Landlock");
}

std::vector<plan::FilterInfo> MediaChild::filters(std::vector<plan::FilterCall> const& calls) const
{
    return base::from_json<std::vector<plan::FilterInfo>>(
        call("filters", base::to_json(plan::FiltersRequest{calls}), {}, {}));
}

} // namespace studio
