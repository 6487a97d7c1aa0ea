#include "discovery/stock.h"

#include "discovery/keywords.h"

#include <algorithm>
#include <cmath>

namespace discovery {

using base::ErrorCode;
using base::fail;

static constexpr std::size_t query_words_max = 4;
static constexpr int asked_for = 40;
static constexpr double square_tolerance = 0.1;
static constexpr double other_orientation = 0.4; ///< of the worth: it will be cropped
static constexpr double too_short = 0.2;

static bool lies_so(Candidate const& clip, Orientation orientation)
{
    if (!clip.width || !clip.height || *clip.height <= 0) return false;
    auto const aspect = static_cast<double>(*clip.width) / static_cast<double>(*clip.height);
    if (orientation == Orientation::Square) return std::abs(aspect - 1) <= square_tolerance;
    return orientation == Orientation::Portrait ? aspect < 1 : aspect > 1;
}

/// How well a clip goes with the words, 0..1.
static double worth(Candidate const& clip, std::vector<std::string> const& words, StockRequest const& request)
{
    auto const title = telling_words(clip.title);
    double met = 0;
    for (auto const& word : words) met += std::ranges::find(title, word) != title.end() ? 1 : 0;
    auto value = (1 + met) / (1 + static_cast<double>(words.size())); // the source found it for these words already
    if (!lies_so(clip, request.orientation)) value *= other_orientation;
    if (clip.duration_seconds.value_or(0) < request.seconds_min) value *= too_short;
    return value;
}

static std::string joined(std::vector<std::string> const& words)
{
    std::string text;
    for (auto const& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// What the source has for these words; its failure is ours.
static std::vector<Candidate> found_for(Scanner& scanner, std::string const& query, std::string const& source,
                                        std::stop_token const& stop)
{
    auto result = scanner.scan({query, base::Time{}, asked_for, {source}}, stop);
    auto const& report = result.sources.front();
    if (report.status == SourceStatus::Unavailable || report.status == SourceStatus::Failed)
        fail(report.status == SourceStatus::Unavailable ? ErrorCode::Unavailable : ErrorCode::Upstream,
             base::Next{report.next_action.value_or("")}, "{}: {}", source,
             report.reason.value_or("it did not answer"));
    return std::move(result.candidates);
}

static StockPick choose_for(Scanner& scanner, std::string const& sentence, StockRequest const& request,
                            std::set<std::string>& used, std::stop_token const& stop)
{
    auto words = telling_words(sentence);
    if (words.size() > query_words_max) words.resize(query_words_max);
    StockPick pick{sentence, joined(words), std::nullopt, "it has no word that could be shown"};
    for (; !words.empty(); words.pop_back()) {
        pick.query = joined(words);
        Candidate const* best = nullptr;
        auto const clips = found_for(scanner, pick.query, request.source, stop);
        for (auto const& clip : clips) {
            if (!clip.media_url || used.contains(clip.id)) continue;
            if (!best || worth(clip, words, request) > worth(*best, words, request)) best = &clip;
        }
        if (best) {
            used.insert(best->id);
            pick.reason = fmt::format("best of {} for '{}'{}", clips.size(), pick.query,
                                      lies_so(*best, request.orientation) ? "" : ", to be cropped");
            pick.clip = *best;
            return pick;
        }
        pick.reason = fmt::format("nothing was found for '{}'", pick.query);
    }
    return pick;
}

std::vector<StockPick> choose_stock(Scanner& scanner, StockRequest const& request, std::stop_token const& stop)
{
    if (request.sentences.empty() || request.sentences.size() > stock_sentences_max)
        fail(ErrorCode::InvalidInput, "stock: {} sentences are not between 1 and {}", request.sentences.size(),
             stock_sentences_max);
    auto used = request.used;
    std::vector<StockPick> picks;
    for (auto const& sentence : request.sentences) picks.push_back(choose_for(scanner, sentence, request, used, stop));
    return picks;
}

std::vector<std::string> split_sentences(std::string_view text)
{
    std::vector<std::string> sentences;
    std::string one;
    auto const close = [&] {
        if (!telling_words(one).empty()) sentences.emplace_back(base::trim(one));
        one.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        one += text[i];
        auto const ends = text[i] == '.' || text[i] == '!' || text[i] == '?';
        auto const followed = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n'; // not "3.5"
        if (text[i] == '\n' || (ends && followed)) close();
    }
    close();
    return sentences;
}

} // namespace discovery
