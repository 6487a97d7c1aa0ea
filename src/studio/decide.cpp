#include "base/file.h"
#include "base/hash.h"
#include "plan/check.h"
#include "studio/framing.h"
#include "studio/listen.h"
#include "studio/look_choice.h"
#include "studio/speed.h"
#include "studio/thumbnails.h"
#include "studio/transcript_file.h"
#include "studio/transform.h"

namespace studio {

static constexpr double align_seconds_max = 300; // of media::speech::align
static constexpr double target_seconds_min = 3;
static constexpr double narration_rest_seconds = 0.5; // after the last word
static constexpr double listen_margin_seconds = 2;    // heard beyond a cut's edges, so that no word at the edge is lost

std::vector<plan::FilterCall> Studio::filters_of(EditOptions const& options) const
{
    auto filters = options.look.empty() || options.look == "auto" ? std::vector<plan::FilterCall>{}
                                                                  : studio::filters_of(catalog_.look(options.look));
    filters.insert(filters.end(), options.filters.begin(), options.filters.end());
    return filters;
}

void Studio::check(EditOptions const& options) const
{
    if (!options.platform.empty()) (void)catalog_.platform(options.platform);
    if (!options.captions.empty() && options.captions != "off") catalog_.caption_style(options.captions);
    (void)choose_canvas(options.aspect, {});
    for (auto const* file : {&options.transcript, &options.music, &options.voice, &options.watermark})
        if (*file && !std::filesystem::exists(**file)) base::fail_errno(ENOENT, "read", (*file)->string());
    if (options.transcript) (void)read_transcript(*options.transcript);
    (void)media_.filters(filters_of(options));
}

/// Words that nobody has to listen for; they also say where sentences end.
std::optional<plan::Transcript> Studio::known_transcript(std::filesystem::path const& input,
                                                         EditOptions const& options) const
{
    if (options.transcript) return read_transcript(*options.transcript);
    if (auto const beside = transcript_beside(input)) return read_transcript(*beside);
    return std::nullopt;
}

plan::Transcript Studio::transcript_for(std::filesystem::path const& input, EditOptions const& options,
                                        plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                                        ProgressCallback const& progress, std::stop_token const& stop) const
{
    if (options.captions == "off") return {{}, "none", false, ""};
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

plan::Analysis Studio::analyse(plan::EditPlan const& plan, EditOptions const& options, ProgressCallback const& progress,
                               std::stop_token const& stop) const
{
    plan::AnalyseRequest request{.input = plan.source};
    for (auto const& filter : filters_of(options))
        if (filter.name == "stabilise") request.camera = true;
    if (auto known = cache_.find(plan.source_sha256, request)) return *known;
    auto analysis = media_.analyse(request, progress, stop);
    cache_.keep(plan.source_sha256, request, analysis);
    return analysis;
}

void Studio::choose_look(EditOptions& options, plan::Analysis const& analysis, plan::EditPlan& plan) const
{
    if (options.look != "auto") return;
    auto const choice = studio::choose_look(catalog_, analysis, options.niche, options.preferred_look);
    options.look = choice.look;
    plan.decisions.push_back({"look", choice.look.empty() ? "none" : choice.look, choice.reason});
}

/// A clip is as long as what is said over it.
std::optional<Narration> Studio::narrate(EditOptions& options, std::stop_token const& stop) const
{
    if (options.narration.empty()) return std::nullopt;
    if (narrations_.empty()) base::fail(base::ErrorCode::Internal, "there is no folder for narrations");
    auto narration = narrate_once(media_, options.narration, narrations_, stop);
    options.voice = narration.file;
    options.trim.target_seconds = std::max(target_seconds_min, narration.spoken.seconds + narration_rest_seconds);
    return narration;
}

/// What is heard of it before the clip ends.
static plan::Transcript narrated(Narration const& narration, plan::EditPlan& plan)
{
    plan::Transcript words{narration.spoken.words, "narration", false, "en"};
    auto const end = plan.duration_seconds();
    auto const whole = words.words.size();
    std::erase_if(words.words, [&](plan::Word const& word) { return word.end > end; });
    plan.decisions.push_back({"narration", fmt::format("{:.1f} s", narration.spoken.seconds),
                              words.words.size() < whole
                                  ? fmt::format("the clip ends before its last {} words", whole - words.words.size())
                                  : std::string("spoken by the built-in voice; the source is lowered under it")});
    return words;
}

plan::EditPlan Studio::decide(std::filesystem::path const& input, EditOptions const& wanted,
                              ProgressCallback const& progress, std::stop_token const& stop) const
{
    auto const path = std::filesystem::absolute(input);
    auto options = wanted;
    check(options);
    if (!options.platform.empty()) options.trim.target_seconds = catalog_.platform(options.platform).target_seconds;
    auto const narration = narrate(options, stop);
    plan::EditPlan plan;
    plan.source = path.string();
    if (!std::filesystem::exists(path)) base::fail_errno(ENOENT, "read", path.string());
    if (!std::filesystem::is_regular_file(path))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give a video file"}, "{}: it is no file", path.string());
    plan.source_sha256 = base::sha256_file(path);
    plan.seed = options.seed;
    auto const analysis = analyse(plan, options, progress, stop);
    if (!analysis.media.video)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give a file with a picture"},
                   "{}: there is no picture in it, only sound", path.string());
    auto const duration = analysis.media.duration_seconds;
    auto known = known_transcript(path, options);
    plan.cuts = choose_cuts(analysis, options.trim, known ? known->words : std::vector<plan::Word>{}, plan.decisions);
    auto const transcript = options.captions == "off" || narration ? plan::Transcript{{}, "none", false, ""}
                            : known                                ? *known
                                    : transcript_for(path, options, analysis, plan.cuts, progress, stop);
    if (options.trim.mode != TrimMode::Range) snap_to_words(plan.cuts, transcript.words, duration);
    plan.mid_word_cuts = mid_word_cuts(plan.cuts, transcript.words, duration);
    choose_look(options, analysis, plan);
    plan.look = options.look;
    plan.filters = filters_of(options);
    apply_speeds(plan.filters, plan.cuts, plan.decisions);
    plan.canvas = choose_canvas(options.aspect, *analysis.media.video);
    plan.framing = choose_framing(analysis, plan.cuts, plan.canvas, options.layout, plan.decisions);
    plan.framing.steady = steady_path(analysis, plan.cuts);
    plan.encoder = options.encoder;
    if (options.music) plan.audio.music = std::filesystem::absolute(*options.music).string();
    if (options.voice) plan.audio.voice = std::filesystem::absolute(*options.voice).string();
    plan.thumbnails = choose_thumbnails(analysis, plan.cuts, options.title, options.title.empty() ? 0 : title_seconds);
    for (auto const& thumbnail : plan.thumbnails)
        plan.decisions.push_back({"thumbnail", fmt::format("{:.2f} s", thumbnail.at), thumbnail.reason});
    auto words = transcript;
    words.words = on_clip_timeline(plan.cuts, transcript.words);
    if (narration) words = narrated(*narration, plan);
    add_captions(plan, options, words, analysis);
    add_title(plan, options);
    plan::check(plan);
    return plan;
}

} // namespace studio
