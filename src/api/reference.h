#pragma once
#include "base/json.h"

namespace api {

/// The API reference as one page of HTML made of the OpenAPI document: no script, nothing from elsewhere.
std::string reference_page(base::json::object const& document);
/// Its style sheet.
std::string_view reference_style();

} // namespace api
