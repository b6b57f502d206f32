#include "firmware/local/act_schema.hpp"

namespace sealwarden::local {

using nlohmann::json;

json schema_of(const ActDescription& act) {
    auto properties = json::object();
    auto required = json::array();
    for (const auto& argument : act.arguments) {
        json one{{"description", argument.help}};
        switch (argument.kind) {
            case Argument::Kind::flag: one["type"] = "boolean"; break;
            case Argument::Kind::integer: one["type"] = "integer"; break;
            case Argument::Kind::word: one["enum"] = argument.words; break;
            case Argument::Kind::text:
            case Argument::Kind::list:
            case Argument::Kind::prose:
            case Argument::Kind::file: one["type"] = "string"; break;
        }
        if (argument.required) required.push_back(argument.name);
        properties[argument.name] = one;
    }
    return {{"command", act.name},
            {"description", act.help},
            {"arguments",
             {{"type", "object"},
              {"properties", properties},
              {"required", required},
              {"additionalProperties", false}}}};
}

}  // namespace sealwarden::local
