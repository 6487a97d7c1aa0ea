#include "base/json.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/caption_layout.h"
#include "plan/caption_text.h"
#include "studio/subtitles/document.h"

#include <cmath>

namespace studio::subtitles {

static std::optional<double> number(base::json::object const& object, std::string_view name)
{
    auto const* value = object.if_contains(name);
    return value && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

static std::string text_of(base::json::object const& object, std::string const& where)
{
    for (auto const* name : {"text", "word"})
        if (auto const* value = object.if_contains(name); value && value->is_string())
            return base::clean_utf8(base::trim(std::string_view(value->get_string())));
    base::fail(base::ErrorCode::InvalidInput, "{}: neither \"text\" nor \"word\" is there", where);
}

static plan::Span span_of(base::json::object const& object, std::string const& where)
{
    auto const start = number(object, "start");
    auto const end = number(object, "end");
    if (!start || !end || !(*start >= 0 && *end >= *start && *end <= seconds_max))
        base::fail(base::ErrorCode::InvalidInput, "{}: {} to {} is not a span of time", where,
                   start.value_or(std::nan("")), end.value_or(std::nan("")));
    return {*start, *end};
}

static base::json::object const& object_of(base::json::value const& value, std::string const& where)
{
    if (!value.is_object()) base::fail(base::ErrorCode::InvalidInput, "{}: not an object", where);
    return value.get_object();
}

static void add_words(base::json::value const& list, std::string const& where, std::vector<plan::Word>& words)
{
    if (!list.is_array()) base::fail(base::ErrorCode::InvalidInput, "{}: not a list", where);
    for (auto const& entry : list.get_array()) {
        auto const place = fmt::format("{}[{}]", where, words.size());
        auto const& object = object_of(entry, place);
        auto text = text_of(object, place);
        auto const [start, end] = span_of(object, place);
        if (text.empty()) continue;
        auto confidence = number(object, "confidence");
        if (!confidence) confidence = number(object, "probability");
        if (confidence && !(*confidence >= 0 && *confidence <= 1)) confidence.reset();
        words.push_back({std::move(text), start, end, confidence});
        if (words.size() > words_max)
            base::fail(base::ErrorCode::InvalidInput, "{}: more than {} words", where, words_max);
    }
}

/// A segment without words: its text's words share its time.
static void add_segment_text(base::json::object const& segment, std::string const& where,
                             std::vector<plan::Word>& words)
{
    auto const [start, end] = span_of(segment, where);
    std::vector<std::string> parts;
    for (auto const& part : base::split(text_of(segment, where), ' '))
        for (auto& word : plan::split_unspaced(base::trim(part))) parts.push_back(std::move(word));
    double total = 0;
    for (auto const& part : parts) total += plan::display_width(part) + 1;
    auto at = start;
    for (auto& part : parts) {
        auto const length = (end - start) * (plan::display_width(part) + 1) / total;
        words.push_back({std::move(part), at, at + length, std::nullopt});
        at += length;
    }
}

Document parse_json_words(std::string_view text, std::string const& file)
{
    auto const value = base::parse_json(text, file);
    auto const& object = object_of(value, file);
    Document document;
    std::vector<plan::Word> words;
    document.word_times = true;
    if (auto const* language = object.if_contains("language"); language && language->is_string())
        document.language = base::truncate_utf8(base::clean_utf8(std::string_view(language->get_string())), 40);
    auto const* list = object.if_contains("words");
    auto const* segments = object.if_contains("segments");
    auto const has_words = list && list->is_array() && (!list->get_array().empty() || !segments);
    if (has_words) {
        add_words(*list, file + ": words", words);
    } else if (segments && segments->is_array()) {
        for (std::size_t i = 0; i < segments->get_array().size(); ++i) {
            auto const where = fmt::format("{}: segments[{}]", file, i);
            auto const& segment = object_of(segments->get_array()[i], where);
            auto const* nested = segment.if_contains("words");
            if (nested && nested->is_array() && !nested->get_array().empty()) {
                add_words(*nested, where + ".words", words);
            } else {
                document.word_times = false;
                add_segment_text(segment, where, words);
            }
        }
    } else {
        base::fail(base::ErrorCode::InvalidInput, "{}: there are neither \"words\" nor \"segments\"", file);
    }
    std::ranges::stable_sort(words, {}, &plan::Word::start);
    document.cues = cues_of(words);
    return document;
}

std::vector<Cue> cues_of(std::vector<plan::Word> const& words)
{
    plan::Captions captions;
    captions.style.words_per_line_max = 12;
    captions.style.characters_per_line_max = 42;
    captions.words = words;
    // A word without length is still said: it gets the shortest time there is.
    for (auto& word : captions.words) word.end = std::max(word.end, word.start + 0.001);
    return document_of(captions, seconds_max + 1).cues;
}

Document document_of(plan::Captions const& captions, double clip_seconds)
{
    Document document{{}, captions.language, true};
    for (auto const& card : plan::caption_cards(captions, clip_seconds)) {
        Cue cue{card.start, card.end, {}};
        for (auto const& line : card.lines) {
            cue.lines.emplace_back();
            for (auto const index : line) cue.lines.back().push_back(captions.words[index]);
        }
        document.cues.push_back(std::move(cue));
    }
    return document;
}

} // namespace studio::subtitles
