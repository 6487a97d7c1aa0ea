#include "app/app.h"
#include "app/edit_arguments.h"
#include "app/version.h"
#include "base/file.h"
#include "discovery/acquire.h"
#include "studio/subtitles/document.h"

namespace app::commands {

static void explain(App& app, plan::EditPlan const& plan)
{
    std::vector<std::vector<std::string>> rows;
    for (auto const& decision : plan.decisions) rows.push_back({decision.what, decision.value, decision.reason});
    app.print_table(rows);
}

/// What was not made anew, and what shows a flaw of the source; "" where there is nothing to tell.
static std::string frames_beside(studio::TransformResult const& result)
{
    std::string text;
    if (result.resumed_frames > 0) text += fmt::format(", {} of an earlier try", result.resumed_frames);
    if (result.copied_frames > 0) text += fmt::format(", {} copied from the source", result.copied_frames);
    if (result.corrupt_frames > 0) text += fmt::format(", {} damaged in the source", result.corrupt_frames);
    return text;
}

static void report(App& app, studio::TransformResult const& result)
{
    std::vector<std::vector<std::string>> rows{
        {"clip", result.output},
        {"thumbnail", result.thumbnail},
        {"picture", fmt::format("{}x{}, {} frames{}, {:.2f} s, {}{}", result.width, result.height, result.frames,
                                frames_beside(result), result.duration_seconds, result.encoder,
                                result.encoder_fallback ? " (" + *result.encoder_fallback + ")" : "")},
        {"sound", result.loudness_lufs <= -70
                      ? "silent"
                      : fmt::format("{:.1f} LUFS, true peak {:.1f} dBTP", result.loudness_lufs, result.true_peak_dbtp)},
        {"captions", result.captions.words == 0
                         ? "none"
                         : fmt::format("{} words from {}{}", result.captions.words, result.captions.source,
                                       result.captions.draft ? ", a draft: read it before you publish" : "")},
        {"speed", fmt::format("{:.1f}x real time, {:.0f} MiB", result.speed_x, result.memory_peak_mib)}};
    std::string problems;
    for (auto const& problem : result.quality.problems) problems += (problems.empty() ? "" : "; ") + problem;
    rows.push_back({"checks", result.quality.passed ? "passed" : problems});
    for (auto const& repair : result.quality.repairs) rows.push_back({"repaired", repair});
    for (auto const& note : result.quality.notes) rows.push_back({"note", note});
    app.print_table(rows);
}

static constexpr std::size_t record_bytes_max = 64U << 20U;

/// Licence and source travel with the clip: what the sidecar beside the input says, or, where the input is a clip of
/// ours, its record.
static studio::Provenance provenance_of(std::filesystem::path const& input)
{
    auto const beside = std::filesystem::path(input.string() + ".json");
    std::error_code error;
    if (std::filesystem::exists(beside, error)) {
        auto const document = base::parse_json(base::read_file(beside, record_bytes_max), beside.string());
        auto const* object = document.if_object();
        if (auto const* record = object ? object->if_contains("provenance") : nullptr)
            return base::from_json<studio::Provenance>(*record, "provenance");
    }
    auto const file = discovery::describe_file(input);
    auto const rights = discovery::rights_of(file);
    return {.source_url = rights.source_url,
            .title = file.title,
            .author = rights.author.value_or(""),
            .license = rights.license,
            .license_url = rights.license_url.value_or(""),
            .made_with = std::string(version)};
}

/// The captions of the clip as a file of their own, card for card.
static void write_subtitles(plan::EditPlan const& plan, std::filesystem::path const& path)
{
    auto const document =
        studio::subtitles::document_of(plan.captions.value_or(plan::Captions{}), plan.duration_seconds());
    base::write_file_atomic(path, studio::subtitles::write(document, studio::subtitles::format_of(path)));
}

static int run(App& app, Arguments const& arguments)
{
    if (arguments.has("--subtitles")) (void)studio::subtitles::format_of(arguments.text("--subtitles"));
    auto const input = std::filesystem::absolute(arguments.text("INPUT"));
    auto const output = std::filesystem::absolute(arguments.text("--output"));
    auto options = read_edit_options(arguments, app.seed(), app.target_seconds());
    options.preferred_look = app.config().text("studio.look");
    app.studio().check(options);
    auto provenance = provenance_of(input);
    provenance.synthetic_voice = !options.narration.empty();
    ProgressBar bar(app.quiet());
    auto const progress = [&](plan::Progress const& step) { bar.update(step.stage, step.done, step.eta_seconds); };
    auto plan = arguments.has("--plan") ? studio::Studio::read_plan(arguments.text("--plan"))
                                        : app.studio().decide(input, options, progress, app.stop());
    if (arguments.has("--plan")) plan.source = input.string();
    auto const result = app.studio().render(plan, output, provenance, progress, app.stop());
    if (arguments.has("--subtitles")) write_subtitles(plan, arguments.text("--subtitles"));
    bar.clear();
    if (app.json()) {
        app.print_json(result);
        return exit_code::done;
    }
    if (arguments.has("--explain")) explain(app, plan);
    report(app, result);
    return exit_code::done;
}

Command transform()
{
    auto options = edit_options();
    options.insert(options.begin(), {"--output", "FILE", "the clip to write (MP4)", "-o", true});
    options.push_back({"--transcript", "FILE", "SRT, VTT, ASS or JSON instead of listening"});
    options.push_back({"--subtitles", "FILE", "also write the captions as .srt, .vtt, .ass or .json"});
    options.push_back(
        {"--voice", "FILE|TEXT", "narration, recorded or to be spoken (English); the rest is lowered under it"});
    options.push_back({"--plan", "FILE", "carry out this plan instead of deciding one"});
    options.push_back({"--explain", "", "print each decision with its reason"});
    return {.name = "transform",
            .help = "Makes a finished clip of a file: trimmed, reframed, styled, captioned, levelled, checked.",
            .positionals = {{"INPUT", "a video file"}},
            .options = options,
            .run = run};
}

} // namespace app::commands
