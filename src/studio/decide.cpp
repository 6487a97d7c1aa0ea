#include "base/file.h"
#include "base/hash.h"
#include "plan/check.h"
#include "studio/fonts.h"
#include "studio/framing.h"
#include "studio/transcript_file.h"
#include "studio/transform.h"

namespace studio {

static constexpr double align_seconds_max = 300;   // of media::speech::align
static constexpr double listen_margin_seconds = 2; // heard beyond a cut's edges, so that no word at the edge is lost

std::vector<plan::FilterCall> Studio::filters_of(EditOptions const& options) const
{
    auto filters =
        options.look.empty() ? std::vector<plan::FilterCall>{} : studio::filters_of(catalog_.look(options.look));
    filters.insert(filters.end(), options.filters.begin(), options.filters.end());
    return filters;
}

void Studio::check(EditOptions const& options) const
{
    if (!options.captions.empty() && options.captions != "off") catalog_.caption_style(options.captions);
    (void)choose_canvas(options.aspect, {});
    for (auto const* file : {&options.transcript, &options.music, &options.voice})
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
    return media_.transcribe({input.string(), spans, alignable ? script : "", {}}, progress, stop);
}

void Studio::add_captions(plan::EditPlan& plan, EditOptions const& options, plan::Transcript const& transcript) const
{
    auto const decide = [&](std::string value, std::string reason) {
        plan.decisions.push_back({"captions", std::move(value), std::move(reason)});
    };
    if (options.captions == "off") return decide("off", "as asked for");
    auto const words = on_clip_timeline(plan.cuts, transcript.words);
    if (words.empty()) return decide("none", "no speech was heard");
    auto style = options.captions;
    if (style.empty() && !options.look.empty()) style = catalog_.look(options.look).captions;
    plan::Captions captions;
    captions.style = catalog_.caption_style(style.empty() ? "bold" : style);
    captions.words = words;
    captions.source = transcript.source;
    captions.draft = transcript.draft;
    std::string text;
    for (auto const& word : words) text += word.text;
    auto families = captions.style.fonts;
    families.insert(families.end(), catalog_.fonts().begin(), catalog_.fonts().end());
    auto const font = find_font(families, captions.style.bold, text);
    captions.font_path = font.path.string();
    captions.font_family = font.family;
    decide(captions.style.name,
           fmt::format("{} words, {}", words.size(),
                       transcript.draft ? "heard by the built-in recogniser: a draft, read it before you publish"
                       : transcript.source == "aligned" ? "the script beside the clip, aligned to the sound"
                                                        : "from the transcript"));
    auto const first = captions.style.fonts.empty() ? "" : captions.style.fonts.front();
    plan.decisions.push_back({"font", font.path.string(),
                              font.missing_characters > 0
                                  ? fmt::format("no installed font has {} of the characters", font.missing_characters)
                              : font.family == first.substr(0, font.family.size())
                                  ? "the style's first choice"
                                  : fmt::format("{} is not installed or lacks a character", first)});
    plan.captions = std::move(captions);
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
    add_captions(plan, options, transcript);
    plan::check(plan);
    return plan;
}

} // namespace studio
