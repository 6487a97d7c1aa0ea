#include "discovery/caller.h"
#include "discovery/desk.h"
#include "discovery/field.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace discovery {

using base::json::value;

namespace {

constexpr std::string_view setting_prefix = "setting.";
constexpr std::int64_t page_hosts_at_once = 8;
constexpr std::int64_t rounding_seconds_max = 3'600;

/// What stands at a path and is neither false nor 0, "" or empty.
bool is_true(Document const& document, std::string const& path)
{
    for (auto const* found : document.all(path)) {
        if (auto const* flag = found->if_bool()) return *flag;
        if (auto const* array = found->if_array()) return !array->empty();
        if (auto const* object = found->if_object()) return !object->empty();
        auto const text = text_of(*found);
        return text && *text != "0" && *text != "false";
    }
    return false;
}

/// <https://x.example/?page=2>; rel="next", <...>; rel="last"
std::string next_link(net::Headers const& headers)
{
    for (auto const& part : base::split(net::find_header(headers, "Link"), ',')) {
        auto const open = part.find('<');
        auto const close = part.find('>');
        if (open == std::string::npos || close == std::string::npos || close < open) continue;
        if (part.find("rel=\"next\"", close) != std::string::npos || part.find("rel=next", close) != std::string::npos)
            return part.substr(open + 1, close - open - 1);
    }
    return "";
}

/// No use in asking this source anything more.
bool is_final(SourceCode code)
{
    return code == SourceCode::RateLimited || code == SourceCode::Quota || code == SourceCode::AuthExpired ||
           code == SourceCode::AuthMissing || code == SourceCode::Timeout || code == SourceCode::Cancelled;
}

/// One question to one source, step by step.
class Run {
public:
    explicit Run(Asking const& asking) : asking_(asking), caller_(asking) {}

    Found all()
    {
        for (auto const& step : asking_.spec.steps) {
            if (step.gives != StepGives::Details && !enough_values(step)) continue;
            switch (step.gives) {
            case StepGives::Values: values(step); break;
            case StepGives::Items: items(step); break;
            case StepGives::Details:
                finish();
                details(step);
                break;
            }
        }
        if (failure_ && answered_ == 0) std::rethrow_exception(failure_);
        finish();
        found_.quota_left = caller_.quota_left() ? caller_.quota_left() : asking_.desk->quota_left();
        if (asked_since(asking_.question, asking_.spec.since) > asking_.question.since)
            found_.note = fmt::format("the platform looks back {} days only", asking_.spec.since.window_days);
        return std::move(found_);
    }

private:
    Tokens tokens(Question const& question) const
    {
        auto out = caller_.tokens(question);
        for (auto const& [name, list] : values_)
            if (!list.empty()) out.set(name, list.front());
        return out;
    }

    /// Where answers are kept, times are rounded down: else "the last week" would be another question every second.
    Question question_for(Step const& step) const
    {
        auto out = asking_.question;
        if (step.cache_seconds == 0) return out;
        auto const round = base::Milliseconds(std::min(step.cache_seconds, rounding_seconds_max) * 1000);
        auto always = out;
        always.since = base::Time{};
        auto const edge = asked_since(always, asking_.spec.since); // the platform looks back no further
        out.since = std::max(out.since, edge);
        out.since -= out.since.time_since_epoch() % round;
        if (out.since < edge) out.since += round;
        out.now -= out.now.time_since_epoch() % round;
        return out;
    }

    /// The values that a step is repeated for; one empty text where it is asked once.
    std::vector<std::string> each_of(Step const& step) const
    {
        if (step.each.empty()) return {""};
        std::vector<std::string> out;
        if (step.each.starts_with(setting_prefix)) {
            auto const setting = asking_.settings.find(step.each.substr(setting_prefix.size()));
            if (setting != asking_.settings.end()) out = base::split_list(setting->second);
        } else if (auto const known = values_.find(step.each); known != values_.end()) {
            out = known->second;
        }
        if (out.size() > static_cast<std::size_t>(step.each_max)) out.resize(static_cast<std::size_t>(step.each_max));
        if (step.request.host == "each" && asking_.own_endpoint && out.size() > 1) out.resize(1);
        return out;
    }

    /// False where a step speaks of a value that an earlier step did not find.
    bool enough_values(Step const& step) const
    {
        auto const pattern = base::to_json(step.request);
        return std::none_of(values_.begin(), values_.end(), [&](auto const& known) {
            return known.second.empty() &&
                   (step.each == known.first || pattern.find("{" + known.first + "}") != std::string::npos);
        });
    }

    /// Asks for each value; one may fail alone. False once nothing more should be asked.
    template <class Ask> void repeat(Step const& step, Ask ask)
    {
        for (auto const& each : each_of(step)) {
            try {
                if (asking_.late() && answered_ > 0)
                    throw SourceError(SourceCode::Timeout, "no time was left for " + step.name);
                ask(each);
                ++answered_;
            } catch (base::Error const& error) {
                if (!failure_) failure_ = std::current_exception();
                found_.trouble(error, step.name);
                if (is_final(source_code(error))) break;
            }
        }
    }

    void values(Step const& step)
    {
        for (auto const& [name, rule] : step.values) values_[step.name + "." + name];
        auto const question = question_for(step);
        for (auto const& each : each_of(step)) {
            auto filled = tokens(question);
            filled.set("each", each);
            auto const answered = caller_.ask(step, std::move(filled), target_of(asking_, step.request, each));
            for (auto const& [name, rule] : step.values) read_value(step, name, rule, answered);
        }
    }

    void read_value(Step const& step, std::string const& name, ValueRule const& rule, Answered const& answered)
    {
        auto& list = values_[step.name + "." + name];
        auto const& document = answered.document;
        Place place{document, document.whole, asking_.spec, asking_.endpoint};
        auto texts = answered.nothing ? std::vector<std::string>{} : rule_texts(rule, place);
        for (auto& text : texts)
            if (list.size() < static_cast<std::size_t>(rule.values_max) &&
                std::find(list.begin(), list.end(), text) == list.end())
                list.push_back(std::move(text));
        if (!list.empty()) return;
        if (rule.missing)
            throw SourceError(*rule.missing, fmt::format("{}: the answer holds no {}", asking_.spec.title, name),
                              rule.next_action);
        auto const& shape = step.answer;
        if (!answered.nothing && !shape.container.empty() && !document.has(shape.container) &&
            !(shape.empty && !document.has(shape.empty->missing)))
            throw SourceError(SourceCode::LayoutChanged,
                              fmt::format("{}: the answer holds no {}", asking_.spec.title, shape.container),
                              "look for a newer version of catalog/sources/" + asking_.spec.id + ".json");
    }

    void items(Step const& step)
    {
        repeat(step, [&](std::string const& each) { pages(step, each); });
    }

    void pages(Step const& step, std::string const& each)
    {
        auto question = question_for(step);
        auto const& paging = step.paging;
        question.limit = std::clamp(question.limit, paging.size_min, paging.size_max);
        auto const target = target_of(asking_, step.request, each);
        std::map<std::string, std::string> carried;
        std::string url;
        std::size_t offset = 0;
        std::int64_t here = 0;
        for (std::int64_t page = 0; page < paging.pages_max; ++page) {
            auto filled = tokens(question);
            filled.set("each", each);
            filled.set("page", std::to_string(paging.first + page));
            filled.set("offset", std::to_string(static_cast<std::size_t>(paging.first) + offset));
            for (auto const& [name, text] : carried) filled.set(name, text);
            Answered answered;
            Found part;
            try {
                answered = caller_.ask(step, std::move(filled), target, url);
                if (!answered.nothing)
                    part =
                        read_items(asking_.spec, step, answered.document, {asking_.endpoint, asking_.question.niche});
            } catch (base::Error const& error) {
                if (page == 0) throw;
                found_.trouble(error, fmt::format("page {}", page + 1)); // the pages before stay
                return;
            }
            here += static_cast<std::int64_t>(part.candidates.size());
            offset += paging.style == PagingStyle::Offset ? static_cast<std::size_t>(question.limit) : 0;
            auto const go_on = another(paging, part, question.limit) && here < asking_.question.limit;
            take(std::move(part));
            if (!go_on || answered.nothing || !advance(paging, answered, target, carried, url)) return;
            if (page + 1 < paging.pages_max && asking_.late()) {
                found_.trouble(SourceCode::Timeout, "no time was left for the next page");
                return;
            }
        }
    }

    /// Whether the page itself lets one hope for more.
    bool another(Paging const& paging, Found const& part, std::int64_t limit) const
    {
        if (paging.style == PagingStyle::None) return false;
        auto const old = [&](auto const& one) {
            return one.published_at && *one.published_at < asking_.question.since;
        };
        if (paging.newest_first && std::any_of(part.candidates.begin(), part.candidates.end(), old)) return false;
        auto const counts = paging.style == PagingStyle::Page || paging.style == PagingStyle::Offset;
        return !counts || !paging.more.empty() || static_cast<std::int64_t>(part.items) >= limit;
    }

    /// Finds the way to the next page; false where the answer shows none.
    bool advance(Paging const& paging, Answered const& answered, Target const& target,
                 std::map<std::string, std::string>& carried, std::string& url) const
    {
        auto const& document = answered.document;
        if (!paging.more.empty() && !is_true(document, paging.more)) return false;
        Place const place{document, document.whole, asking_.spec, asking_.endpoint};
        if (paging.style == PagingStyle::Next) {
            auto const named =
                paging.next == "link" ? next_link(answered.headers) : text_at(paging.next, place).value_or("");
            if (named.empty()) return false;
            auto const base = net::parse_url(target.base);
            auto const next = net::resolve_reference(base, named);
            // An operator's endpoint stands for the platform, whose own name the answer holds.
            if (next.origin() != base.origin() && !asking_.own_endpoint) return false;
            url = base.origin() + next.target;
        } else if (paging.style == PagingStyle::Cursor) {
            auto found = false;
            for (auto const& [name, path] : paging.carry) {
                auto text = text_at(path, place);
                found = found || text;
                carried[name] = text.value_or("");
            }
            return found;
        }
        return true;
    }

    void take(Found part)
    {
        for (auto& text : part.troubles) found_.trouble(part.code.value_or(SourceCode::BadAnswer), std::move(text));
        for (auto& candidate : part.candidates)
            if (seen_.insert(candidate.id).second) found_.candidates.push_back(std::move(candidate));
    }

    /// What is too old or too much goes before anything more is asked about it.
    void finish()
    {
        std::erase_if(found_.candidates,
                      [&](auto const& one) { return one.published_at && *one.published_at < asking_.question.since; });
        auto const limit = static_cast<std::size_t>(asking_.question.limit);
        if (found_.candidates.size() > limit) found_.candidates.resize(limit);
    }

    /// One request of a details step.
    struct Batch {
        std::vector<Candidate*> candidates;
        std::set<std::string> named;
        std::optional<base::Error> error;
        SourceCode code = SourceCode::UpstreamError;
    };

    void details(Step const& step)
    {
        auto const count = std::min<std::size_t>(found_.candidates.size(), static_cast<std::size_t>(step.items_max));
        std::vector<Batch> batches((count + static_cast<std::size_t>(step.batch) - 1) /
                                   static_cast<std::size_t>(step.batch));
        for (std::size_t i = 0; i < count; ++i)
            batches[i / static_cast<std::size_t>(step.batch)].candidates.push_back(&found_.candidates[i]);
        ask_batches(step, batches);
        std::size_t failed = 0;
        std::set<std::string> gone;
        Batch const* first = nullptr;
        for (auto const& batch : batches) {
            if (batch.error) {
                failed += batch.candidates.size();
                if (!first) first = &batch;
                continue;
            }
            for (auto const* one : batch.candidates)
                if (step.drop_missing && !batch.named.contains(native_id(*one))) gone.insert(one->id);
        }
        if (first)
            found_.trouble(first->code, fmt::format("{} of {} items could not be looked at closer: {}", failed, count,
                                                    first->error->what()));
        std::erase_if(found_.candidates, [&](auto const& one) { return gone.contains(one.id); });
    }

    /// At once where they go to many hosts, else as many as the platform bears; after a final failure no more.
    void ask_batches(Step const& step, std::vector<Batch>& batches)
    {
        auto const width = step.request.host == "page" ? page_hosts_at_once : asking_.spec.limits.concurrency;
        std::atomic<std::size_t> next{0};
        std::atomic<bool> over{false};
        auto const work = [&] {
            for (auto i = next++; i < batches.size(); i = next++) {
                auto& batch = batches[i];
                try {
                    if (over || asking_.late())
                        throw SourceError(SourceCode::Timeout, "no time was left to look closer");
                    batch.named = detail(step, batch.candidates);
                } catch (base::Error const& error) {
                    batch.code = source_code(error);
                    batch.error = base::Error(error.code, error.what(), error.next_action);
                    over = over || (step.request.host != "page" && is_final(batch.code));
                } catch (std::exception const& error) { // a helper's end must not be the program's
                    batch.error = base::Error(base::ErrorCode::Internal, error.what());
                }
            }
        };
        std::vector<std::jthread> helpers;
        for (std::int64_t i = 1; i < width && i < static_cast<std::int64_t>(batches.size()); ++i)
            helpers.emplace_back(work);
        work();
    }

    std::string native_id(Candidate const& one) const { return one.id.substr(asking_.spec.id.size() + 1); }

    std::set<std::string> detail(Step const& step, std::vector<Candidate*> const& some)
    {
        auto filled = tokens(asking_.question);
        std::string ids;
        for (auto const* one : some) ids += (ids.empty() ? "" : step.ids_separator) + native_id(*one);
        filled.set("ids", ids);
        filled.set("native_id", native_id(*some.front()));
        filled.set("url", some.front()->url);
        auto const target = target_of(asking_, step.request, {}, some.front()->url);
        auto const answered = caller_.ask(step, std::move(filled), target);
        if (answered.nothing) return {};
        return read_details(asking_.spec, step, answered.document, {asking_.endpoint}, some);
    }

    Asking const& asking_;
    Caller caller_;
    Found found_;
    std::map<std::string, std::vector<std::string>> values_;
    std::set<std::string> seen_;
    std::exception_ptr failure_;
    int answered_ = 0;
};

} // namespace

Found ask_web(Asking const& asking) { return Run(asking).all(); }

} // namespace discovery
