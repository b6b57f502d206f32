// The OpenAPI 3.1 document: firmware/console/openapi.json with the schemas of the core's acts,
// which describe themselves, put in.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

namespace sealwarden::console {

// `right_of_act`: empty leaves an act out, since nobody may say it here.
[[nodiscard]] nlohmann::json openapi_document(
    std::string_view version,
    const std::function<std::string_view(std::string_view)>& right_of_act);

}  // namespace sealwarden::console
