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

/// What a filter says of itself, for help texts, forms and checks outside the media program.
struct FilterInfo {
    std::string name;
    std::string help;
    std::vector<FilterParam> params;
};
BOOST_DESCRIBE_STRUCT(FilterInfo, (), (name, help, params))

/// Asks the media program for its filters, and whether it would take these calls.
struct FiltersRequest {
    std::vector<FilterCall> calls;
};
BOOST_DESCRIBE_STRUCT(FiltersRequest, (), (calls))

} // namespace plan
