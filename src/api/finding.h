#pragma once
#include "base/json.h"

namespace api {

enum class Health { Ok, Missing, Broken };
BOOST_DESCRIBE_ENUM(Health, Ok, Missing, Broken)

/// One thing that `ettametta doctor` looked at.
struct Finding {
    std::string what;
    Health health = Health::Ok;
    std::string detail;
    std::string enables; ///< what it is good for
    std::string next_action;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (what, health, detail, enables, next_action))

} // namespace api
