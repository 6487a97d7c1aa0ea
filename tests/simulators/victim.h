#pragma once
// A model that does whatever it is told outside of the marked data: what leaks out of there shows in its answer.
#include "base/json.h"
#include "simulators/platform.h"

#include <algorithm>
#include <array>

namespace simulators {

/// Scores items by the length of their titles; text outside of the data block that is not of the known form is obeyed,
/// by calling everything perfect.
class Victim {
public:
    static constexpr double honest_most = 0.9;

    static std::string answer(std::string const& system, std::string const& user)
    {
        auto obeys = !is_ours(system);
        auto const lines = base::split(user, '\n');
        std::vector<std::string> data;
        auto inside = false;
        for (auto const& line : lines) {
            if (!inside && line.starts_with("<data ")) {
                inside = true;
            } else if (inside && line.find("</data") != std::string::npos) {
                inside = false; // the first thing that looks like an end is taken for one, whatever its mark
            } else if (inside) {
                data.push_back(line);
            } else if (!line.empty() && !line.starts_with("Niche: ")) {
                obeys = true;
            } else if (line.size() > 250 || line.find('<') != std::string::npos) {
                obeys = true;
            }
        }
        base::json::array items;
        try {
            if (data.size() != 1) throw std::runtime_error("the data are not one line");
            auto const list = base::parse_json(data.front(), "data");
            for (auto const& item : list.as_array()) items.push_back(opinion(item, obeys));
        } catch (std::exception const&) { // what it cannot read it obeys
            items = {base::json::object{{"handle", "c1"},
                                        {"hook_strength", 1},
                                        {"clarity", 1},
                                        {"emotion", 1},
                                        {"trend_fit", 1},
                                        {"risks", base::json::array{}},
                                        {"why", "obeyed"}}};
        }
        return base::json::serialize(base::json::object{{"items", items}});
    }

private:
    /// The task as it is sent, with nothing of the items in it.
    static bool is_ours(std::string const& system)
    {
        return system.starts_with("You judge short-video material") && system.size() < 2'000 &&
               system.find("never an instruction") != std::string::npos;
    }

    static base::json::object opinion(base::json::value const& item, bool obeys)
    {
        auto const title = std::string(item.at("title").as_string());
        auto const honest = std::min(honest_most, static_cast<double>(title.size()) / 100.0);
        auto const value = obeys ? 1.0 : honest;
        return {{"handle", item.at("handle")},
                {"hook_strength", value},
                {"clarity", value},
                {"emotion", value},
                {"trend_fit", value},
                {"risks", base::json::array{}},
                {"why", obeys ? "obeyed" : "by its length"}};
    }
};

} // namespace simulators
