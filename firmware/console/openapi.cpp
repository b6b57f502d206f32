#include "firmware/console/openapi.hpp"

#include <span>
#include <string>

#include "drivers/embedded.hpp"
#include "firmware/local/act_schema.hpp"

namespace sealwarden::embedded {
std::span<const Embedded> openapi();
}

namespace sealwarden::console {

using nlohmann::json;

namespace {

std::string schema_name(std::string_view act) {
    std::string name{"act."};
    name += act;
    return name;
}

}  // namespace

json openapi_document(std::string_view version,
                      const std::function<std::string_view(std::string_view)>& right_of_act) {
    auto document = json::parse(embedded::openapi().front().text);
    document["info"]["version"] = version;
    auto& schemas = document["components"]["schemas"];
    auto bodies = json::array({{{"$ref", "#/components/schemas/Acknowledgement"}}});
    auto rights = json::object();
    rights["acknowledge"] = right_of_act("acknowledge");
    for (const auto& act : act_descriptions()) {
        const auto right = right_of_act(act.name);
        if (right.empty()) continue;
        const auto described = local::schema_of(act);
        auto schema = described.at("arguments");
        schema["description"] = described.at("description");
        const auto name = schema_name(act.name);
        schemas[name] = std::move(schema);
        bodies.push_back({{"$ref", "#/components/schemas/" + name}});
        rights[std::string{act.name}] = right;
    }
    auto& acts = document["paths"]["/api/v1/acts/{act}"]["post"];
    acts["requestBody"]["content"]["application/json"]["schema"] = {{"anyOf", bodies}};
    acts["x-rights"] = rights;
    return document;
}

}  // namespace sealwarden::console
