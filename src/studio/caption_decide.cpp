#include "studio/caption_color.h"
#include "studio/caption_place.h"
#include "studio/fonts.h"
#include "studio/transform.h"

#include <algorithm>

namespace studio {

static std::string describe_source(plan::Transcript const& transcript)
{
    if (!transcript.note.empty())
        return "a draft by the built-in recogniser, read it before you publish; " + transcript.note;
    if (transcript.draft) return "heard by the built-in recogniser: a draft, read it before you publish";
    if (transcript.source == "aligned") return "the script beside the clip, aligned to the sound";
    if (transcript.source == "narration") return "the narration's own";
    return transcript.source == "file" ? "from the transcript" : "heard by " + transcript.source;
}

static void choose_fonts(plan::Captions& captions, Catalog const& catalog, std::vector<plan::Decision>& decisions)
{
    std::string text;
    for (auto const& word : captions.words) text += word.text;
    auto families = captions.style.fonts;
    families.insert(families.end(), catalog.fonts().begin(), catalog.fonts().end());
    auto const found = find_fonts(families, captions.style.bold, text);
    captions.font_path = found.fonts.front().path;
    captions.font_family = found.fonts.front().family;
    captions.fallback_fonts.assign(found.fonts.begin() + 1, found.fonts.end());
    if (captions.language.empty()) captions.language = language_of(text);
    auto const first = captions.style.fonts.empty() ? "" : captions.style.fonts.front();
    auto reason = captions.font_family == first.substr(0, captions.font_family.size())
                      ? std::string("the style's first choice")
                      : fmt::format("{} is not installed", first);
    if (found.fonts.size() > 1) reason += fmt::format("; {} more for characters it lacks", found.fonts.size() - 1);
    if (found.missing_characters > 0)
        reason += fmt::format("; no installed font has {} of the characters", found.missing_characters);
    decisions.push_back({"font", captions.font_path, std::move(reason)});
}

/// Says which cards are gone before they can be read.
static void report_speed(plan::Captions const& captions, double clip_seconds, std::vector<plan::Decision>& decisions)
{
    auto const cards = plan::caption_cards(captions, clip_seconds);
    std::size_t fast = 0;
    plan::CaptionCard const* worst = nullptr;
    for (auto const& card : cards) {
        if (card.characters_per_second() <= plan::reading_speed_max + 0.05) continue;
        ++fast;
        if (!worst || card.characters_per_second() > worst->characters_per_second()) worst = &card;
    }
    if (!worst) return;
    decisions.push_back({"reading speed", fmt::format("{} of {} cards are too fast", fast, cards.size()),
                         fmt::format("the speech is faster than {} characters a second; most at {:.1f} s: {:.1f}",
                                     plan::reading_speed_max, worst->start, worst->characters_per_second())});
}

void Studio::add_captions(plan::EditPlan& plan, EditOptions const& options, plan::Transcript const& transcript,
                          plan::Analysis const& analysis) const
{
    auto const decide = [&](std::string what, std::string value, std::string reason) {
        plan.decisions.push_back({std::move(what), std::move(value), std::move(reason)});
    };
    if (options.captions == "off") return decide("captions", "off", "as asked for");
    auto const& words = transcript.words;
    if (words.empty()) return decide("captions", "none", "no speech was heard");
    auto style = options.captions;
    if (style.empty() && !options.look.empty()) style = catalog_.look(options.look).captions;
    plan::Captions captions;
    captions.style = catalog_.caption_style(style.empty() ? "bold" : style);
    captions.words = words;
    captions.source = transcript.source;
    captions.draft = transcript.draft;
    captions.language = transcript.language;
    decide("captions", captions.style.name, fmt::format("{} words, {}", words.size(), describe_source(transcript)));
    choose_fonts(captions, catalog_, plan.decisions);
    auto const color = choose_caption_colors(captions.style, analysis);
    decide("caption colour", captions.style.highlight_color, color);
    auto const seconds = plan.duration_seconds();
    report_speed(captions, seconds, plan.decisions);
    auto const platforms =
        options.platform.empty() ? catalog_.platforms() : std::vector{catalog_.platform(options.platform)};
    auto const report = place_captions(captions, plan.canvas, seconds, find_obstacles(plan, analysis, platforms));
    decide("caption place",
           captions.placements.empty() ? "-"
                                       : fmt::format("{:.0f} % from the top", 100 * captions.placements[0].position),
           report.covered_seconds > 0
               ? fmt::format("nowhere is free for {:.1f} s: it stands on {}", report.covered_seconds, report.covered)
               : fmt::format("clear of writing, faces and the platforms' controls; {} move{}", report.moves,
                             report.moves == 1 ? "" : "s"));
    plan.captions = std::move(captions);
}

/// Title and watermark, and the fonts of what stands on the thumbnails. The captions keep off the title.
void Studio::add_title(plan::EditPlan& plan, EditOptions const& options) const
{
    if (options.watermark) {
        plan.watermark = plan::Watermark{.path = std::filesystem::absolute(*options.watermark).string()};
        plan.decisions.push_back({"watermark", plan.watermark->path, "as asked for"});
    }
    std::string text;
    for (auto const& thumbnail : plan.thumbnails) text += thumbnail.title;
    auto const style = plan::title_style();
    auto families = style.fonts;
    families.insert(families.end(), catalog_.fonts().begin(), catalog_.fonts().end());
    if (!text.empty()) plan.title_fonts = find_fonts(families, style.bold, text).fonts;
    if (options.title.empty()) return;
    plan.title = plan::Title{options.title, 0, std::min(title_seconds, plan.duration_seconds()), style,
                             find_fonts(families, style.bold, options.title).fonts};
    plan.decisions.push_back({"title", options.title, fmt::format("as asked for, for {:.1f} s", plan.title->to)});
}

} // namespace studio
