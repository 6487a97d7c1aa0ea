#pragma once
#include "studio/analysis_cache.h"
#include "studio/canvas.h"
#include "studio/catalog.h"
#include "studio/cuts.h"
#include "studio/framing.h"
#include "studio/media_child.h"
#include "studio/narration.h"
#include "studio/recogniser.h"

namespace studio {

inline constexpr double title_seconds = 3; ///< a title stands over the clip for so long

/// Everything a person may ask of an edit. Empty means: decide it.
struct EditOptions {
    std::string look;           ///< "auto": by niche and mood; "": none
    std::string preferred_look; ///< what "auto" takes where it is set
    std::string niche;          ///< what the film is about, for "auto"
    std::vector<plan::FilterCall> filters;
    std::string platform; ///< where it will be shown: its controls and its length; "": clear of all known ones
    std::string aspect = "9:16";
    Layout layout = Layout::Auto;
    Trim trim;
    std::string captions; ///< style; "off" for none; "" for the look's own
    std::optional<std::filesystem::path> transcript;
    std::string title;                              ///< over the first seconds and on the thumbnails
    std::optional<std::filesystem::path> watermark; ///< PNG
    std::optional<std::filesystem::path> music;
    std::optional<std::filesystem::path> voice; ///< a narration that is recorded
    std::string narration;                      ///< a narration to be spoken; the captions then show it
    plan::EncoderPlan encoder;
    std::uint64_t seed = 0;
};
BOOST_DESCRIBE_STRUCT(EditOptions, (),
                      (look, preferred_look, niche, filters, platform, aspect, layout, trim, captions, transcript,
                       title, watermark, music, voice, narration, encoder, seed))

/// Where a clip comes from and under what terms; travels with it for ever.
struct Provenance {
    std::string source;
    std::string source_sha256;
    std::string source_url;
    std::string title;
    std::string author;
    std::string license;
    std::string license_url;
    std::string made_with;
    base::Time made_at;
    bool ai_generated = false;    ///< no generative model touched picture or sound
    bool synthetic_voice = false; ///< the narration is spoken by a machine
};
BOOST_DESCRIBE_STRUCT(Provenance, (),
                      (source, source_sha256, source_url, title, author, license, license_url, made_with, made_at,
                       ai_generated, synthetic_voice))

struct CaptionSummary {
    std::size_t words = 0;
    std::string source;
    bool draft = false;
};
BOOST_DESCRIBE_STRUCT(CaptionSummary, (), (words, source, draft))

/// What `transform --json` prints and what OUTPUT.json keeps.
struct TransformResult {
    std::string output;
    plan::EditPlan plan;
    double duration_seconds = 0;
    int width = 0;
    int height = 0;
    std::int64_t frames = 0;
    std::int64_t resumed_frames = 0;   ///< taken over from a render that was interrupted
    std::int64_t copied_frames = 0;    ///< of the source, not encoded again
    std::int64_t reencoded_frames = 0; ///< all others
    std::int64_t corrupt_frames = 0;   ///< show a damaged part of the source, concealed
    std::string encoder;
    std::optional<std::string> encoder_fallback;
    double loudness_lufs = -70;
    double true_peak_dbtp = -70;
    CaptionSummary captions;
    std::string thumbnail;
    std::vector<std::string> thumbnails; ///< the variants, best first: OUTPUT.jpg, OUTPUT.b.jpg
    double speed_x = 0;
    double memory_peak_mib = 0;
    plan::Quality quality;
    Provenance provenance;
};
BOOST_DESCRIBE_STRUCT(TransformResult, (),
                      (output, plan, duration_seconds, width, height, frames, resumed_frames, copied_frames,
                       reencoded_frames, corrupt_frames, encoder, encoder_fallback, loudness_lufs, true_peak_dbtp,
                       captions, thumbnail, thumbnails, speed_x, memory_peak_mib, quality, provenance))

/// Decides edits and has them carried out by the media program. Thread-safe.
class Studio {
public:
    /// Without a recogniser of its own, the media program listens. cache: a folder for analyses, "" for none;
    /// narrations: one for spoken texts, which plans name and so are kept.
    Studio(Catalog const& catalog, MediaChild const& media, base::Clock const& clock,
           Recogniser const* recogniser = nullptr, std::filesystem::path cache = {},
           std::filesystem::path narrations = {})
        : catalog_(catalog), media_(media), clock_(clock), recogniser_(recogniser), cache_(std::move(cache)),
          narrations_(std::move(narrations))
    {
    }

    /// Analyses the input and decides the edit; nothing is written.
    plan::EditPlan decide(std::filesystem::path const& input, EditOptions const& options,
                          ProgressCallback const& progress, std::stop_token const& stop) const;
    /// Carries a plan out. OUTPUT, its thumbnail and OUTPUT.json appear whole or not at all.
    TransformResult render(plan::EditPlan const& plan, std::filesystem::path const& output, Provenance provenance,
                           ProgressCallback const& progress, std::stop_token const& stop) const;
    /// A plan from a file: an EditPlan, or the OUTPUT.json of an earlier transform.
    static plan::EditPlan read_plan(std::filesystem::path const& file);
    /// Refuses what can't be right before anything costly begins.
    void check(EditOptions const& options) const;
    MediaChild const& media() const { return media_; }
    Catalog const& catalog() const { return catalog_; }

private:
    std::vector<plan::FilterCall> filters_of(EditOptions const& options) const;
    plan::Analysis analyse(plan::EditPlan const& plan, EditOptions const& options, ProgressCallback const& progress,
                           std::stop_token const& stop) const;
    void choose_look(EditOptions& options, plan::Analysis const& analysis, plan::EditPlan& plan) const;
    std::optional<plan::Transcript> known_transcript(std::filesystem::path const& input,
                                                     EditOptions const& options) const;
    plan::Transcript transcript_for(std::filesystem::path const& input, EditOptions const& options,
                                    plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                                    ProgressCallback const& progress, std::stop_token const& stop) const;
    std::optional<Narration> narrate(EditOptions& options, std::stop_token const& stop) const;
    /// words: on the clip's timeline.
    void add_captions(plan::EditPlan& plan, EditOptions const& options, plan::Transcript const& words,
                      plan::Analysis const& analysis) const;

    void add_title(plan::EditPlan& plan, EditOptions const& options) const;

    Catalog const& catalog_;
    MediaChild const& media_;
    base::Clock const& clock_;
    Recogniser const* recogniser_;
    AnalysisCache cache_;
    std::filesystem::path narrations_;
};

} // namespace studio
