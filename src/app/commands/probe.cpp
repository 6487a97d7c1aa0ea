#include "app/app.h"
#include "studio/inspect.h"

#include <set>

namespace app::commands {

using Rows = std::vector<std::vector<std::string>>;

static void add_streams(Rows& rows, plan::MediaInfo const& media)
{
    rows = {
        {"file", media.path},
        {"container", fmt::format("{}, {:.1f} MiB", media.container, static_cast<double>(media.size_bytes) / 1048576)},
        {"duration", fmt::format("{:.2f} s", media.duration_seconds)}};
    if (auto const& video = media.video) {
        std::string notes;
        if (video->rotation_degrees != 0) notes += fmt::format(", turned by {} degrees", video->rotation_degrees);
        if (video->variable_frame_rate) notes += ", variable frame rate";
        if (video->interlaced) notes += ", interlaced";
        if (video->hdr) notes += ", HDR";
        rows.push_back({"picture", fmt::format("{} {}x{} at {:.2f} frames/s, {} bit{}", video->codec, video->width,
                                               video->height, video->frames_per_second, video->bit_depth, notes)});
    } else {
        rows.push_back({"picture", "none"});
    }
    rows.push_back({"sound", media.audio ? fmt::format("{} {} Hz, {} channels", media.audio->codec,
                                                       media.audio->sample_rate, media.audio->channels)
                                         : "none"});
}

static std::string faces_text(plan::Analysis const& analysis)
{
    if (!analysis.media.video) return "no picture";
    std::set<int> tracks;
    for (auto const& face : analysis.faces) tracks.insert(face.track);
    return fmt::format("seen {} times, {} tracks", analysis.faces.size(), tracks.size());
}

static std::string text_text(plan::Analysis const& analysis)
{
    if (!analysis.media.video) return "no picture";
    if (analysis.text_regions.empty()) return "none found";
    std::string text;
    for (auto const& region : analysis.text_regions)
        text += fmt::format("{}'{}' at {:.1f} s", text.empty() ? "" : ", ", region.text, region.start);
    return text;
}

static std::string beats_text(plan::Analysis const& analysis)
{
    auto const& beats = analysis.beats;
    if (beats.size() < 2) return "no steady beat";
    return fmt::format("{}, {:.0f} a minute", beats.size(),
                       60 * static_cast<double>(beats.size() - 1) / (beats.back() - beats.front()));
}

static void add_findings(Rows& rows, plan::Analysis const& analysis, plan::Transcript const& transcript)
{
    auto const peak = [](plan::Curve const& curve) {
        auto const it = std::max_element(curve.values.begin(), curve.values.end());
        return it == curve.values.end()
                   ? std::string("not measured")
                   : fmt::format("strongest at {:.1f} s",
                                 static_cast<double>(it - curve.values.begin()) * curve.step_seconds);
    };
    std::string words;
    for (auto const& word : transcript.words) words += (words.empty() ? "" : " ") + word.text;
    Rows const tail{
        {"scenes", fmt::format("{}", analysis.shots.size())},
        {"loudness", analysis.loudness ? fmt::format("{:.1f} LUFS, true peak {:.1f} dBTP, range {:.1f} LU",
                                                     analysis.loudness->integrated_lufs,
                                                     analysis.loudness->true_peak_dbtp, analysis.loudness->range_lu)
                                       : "no sound"},
        {"motion", peak(analysis.motion)},
        {"energy", peak(analysis.audio_energy)},
        {"silences", fmt::format("{}", analysis.silences.size())},
        {"faces", faces_text(analysis)},
        {"text regions", text_text(analysis)},
        {"beats", beats_text(analysis)},
        {"mood", analysis.moods.empty()
                     ? "no picture"
                     : fmt::format("{} ({})", base::enum_text(analysis.moods[0].mood), analysis.moods[0].reason)},
        {"words", words.empty() ? "none heard" : words + (transcript.draft ? "  (draft)" : "")}};
    rows.insert(rows.end(), tail.begin(), tail.end());
}

static int run(App& app, Arguments const& arguments)
{
    auto const input = std::filesystem::absolute(arguments.text("INPUT"));
    ProgressBar bar(app.quiet());
    auto const progress = [&](plan::Progress const& step) { bar.update(step.stage, step.done, step.eta_seconds); };
    auto const inspection = studio::inspect(app.media(), input, progress, app.stop());
    bar.clear();
    if (app.json()) {
        app.print_json(studio::document_of(inspection));
        return exit_code::done;
    }
    auto const& [analysis, transcript] = inspection;
    Rows rows;
    add_streams(rows, analysis.media);
    add_findings(rows, analysis, transcript);
    app.print_table(rows);
    return exit_code::done;
}

Command probe()
{
    return {.name = "probe",
            .help = "Tells what is in a file: streams, scenes, loudness, energy, faces, words.",
            .positionals = {{"INPUT", "a video or sound file"}},
            .run = run};
}

} // namespace app::commands
