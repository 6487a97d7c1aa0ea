#include "base/file.h"
#include "base/hash.h"
#include "plan/check.h"
#include "studio/framing.h"
#include "studio/listen.h"
#include "studio/transcript_file.h"
#include "studio/transform.h"

namespace studio {

static constexpr double align_seconds_max = 300;   // of media::speech::align
static constexpr double listen_margin_seconds = 2; // heard beyond a cut's edges, so that no word at the edge is lost

std::vector<plan::FilterCall> Studio::filters_of(EditOptions const& options) const
{
    auto filters = options.look.empty() ? std::vector<plan::FilterCall>{} : catalog_.look(options.look).filters;
    filters.insert(filters.end(), options.filters.begin(), options.filters.end());
    return filters;
}

void Studio::check(EditOptions const& options) const
{
    if (!options.captions.empty() && options.captions != "off") catalog_.caption_style(options.captions);
    (void)choose_canvas(options.aspect, {});
    for (auto const* file : {&options.transcript, &options.music, &options.voice, &options.watermark})
        if (*file && !std::filesystem::exists(**file)) base::fail_errno(ENOENT, "read", (*file)->string());
    if (options.transcript) (void)read_transcript(*options.transcript);
    (void)media_.filters(filters_of(options));
}

plan::Transcript Studio::transcript_for(std::filesystem::path const& input, EditOptions const& options,
                                        plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                                        ProgressCallback const& progress, std::stop_token const& stop) const
{
    if (options.captions == "off") return {{}, "none", false, ""};
    if (options.transcript) return read_transcript(*options.transcript);
    if (auto const beside = transcript_beside(input)) return read_transcript(*beside);
    auto const silent = !analysis.loudness || analysis.loudness->integrated_lufs <= -69;
    if (!analysis.media.audio || silent) return {{}, "none", false, ""};
    std::vector<plan::Span> spans;
    for (auto const& cut : cuts) {
        plan::Span const span{std::max(0.0, cut.start - listen_margin_seconds),
                              std::min(analysis.media.duration_seconds, cut.end + listen_margin_seconds)};
        if (!spans.empty() && span.start <= spans.back().end)
            spans.back().end = std::max(spans.back().end, span.end);
        else
            spans.push_back(span);
    }
    auto const script = script_beside(input);
    auto const alignable = !script.empty() && analysis.media.duration_seconds <= align_seconds_max;
    if (!recogniser_ || alignable)
        return media_.transcribe({input.string(), spans, alignable ? script : "", {}}, progress, stop);
    return listen_or_fall_back(media_, *recogniser_, {input.string(), spans, "", {}}, analysis.silences, progress,
                               stop);
}

plan::EditPlan Studio::decide(std::filesystem::path const& input, EditOptions const& options,
                              ProgressCallback const& progress, std::stop_token const& stop) const
{
    auto const path = std::filesystem::absolute(input);
    check(options);
    auto const analysis = media_.analyse({.input = path.string()}, progress, stop);
    if (!analysis.media.video)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give a file with a picture"},
                   "{}: there is no picture in it, only sound", path.string());
    plan::EditPlan plan;
    plan.source = path.string();
    plan.source_sha256 = base::sha256_file(path);
    plan.seed = options.seed;
    plan.cuts = choose_cuts(analysis, options.trim, plan.decisions);
    auto const transcript = transcript_for(path, options, analysis, plan.cuts, progress, stop);
    if (options.trim.mode != TrimMode::Range)
        snap_to_words(plan.cuts, transcript.words, analysis.media.duration_seconds);
    plan.canvas = choose_canvas(options.aspect, *analysis.media.video);
    plan.framing = choose_framing(analysis, plan.cuts, plan.canvas, plan.decisions);
    plan.look = options.look;
    plan.filters = filters_of(options);
    plan.encoder = options.encoder;
    if (options.music) plan.audio.music = std::filesystem::absolute(*options.music).string();
    if (options.voice) plan.audio.voice = std::filesystem::absolute(*options.voice).string();
    plan.thumbnails = {{choose_thumbnail(analysis, plan.cuts), "", ""}};
    plan.mid_word_cuts = mid_word_cuts(plan.cuts, transcript.words, analysis.media.duration_seconds);
    add_captions(plan, options, transcript, analysis);
    add_title(plan, options);
    plan::check(plan);
    return plan;
}

} // namespace studio
