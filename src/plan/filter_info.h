#pragma once
#include "plan/edit_plan.h"

namespace plan {

/// One parameter of a filter and what it may be.
struct FilterParam {
    std::string name;
    double default_value = 0;
    double min = 0;
    double max = 0;
    std::string help;
};
BOOST_DESCRIBE_STRUCT(FilterParam, (), (name, default_value, min, max, help))

/// A parameter that is a word: one of the choices or, where there are none, the path of a file.
struct FilterOption {
    std::string name;
    std::string default_value; ///< "" where it must be given
    std::vector<std::string> choices;
    std::string help;
};
BOOST_DESCRIBE_STRUCT(FilterOption, (), (name, default_value, choices, help))

/// What a filter says of itself, for help texts, forms and checks outside the media program.
struct FilterInfo {
    std::string name;
    std::string help;
    std::vector<FilterParam> params; ///< its own, then those that every filter takes
    std::vector<FilterOption> options;
    bool acts_at_times = false; ///< takes `times`, in clip seconds
};
BOOST_DESCRIBE_STRUCT(FilterInfo, (), (name, help, params, options, acts_at_times))

/// Asks the media program for its filters, and whether it would take these calls.
struct FiltersRequest {
    std::vector<FilterCall> calls;
};
BOOST_DESCRIBE_STRUCT(FiltersRequest, (), (calls))

} // namespace plan
