#include "firmware/config/layers.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

namespace {

using nlohmann::json;

class Defaults {
  public:
    Defaults(TomlDocument& document, const json& schema) : document_(document), schema_(schema) {}

    void fill(const Pointer& at, const json& given) {
        const json& schema = resolved(given);
        json& node = document_.root.at(at);
        if (node.is_object() && schema.contains("properties")) {
            for (const auto& [key, property] : schema["properties"].items()) {
                if (!node.contains(key) && property.contains("default"))
                    node[key] = property["default"];
                if (node.contains(key)) fill(at / key, property);
            }
        } else if (node.is_array() && schema.contains("items")) {
            for (std::size_t i = 0; i < node.size(); ++i) fill(at / i, schema["items"]);
        }
    }

  private:
    const json& resolved(const json& schema) const {
        const auto* found = &schema;
        while (found->contains("$ref")) {
            const auto& place = (*found)["$ref"].get_ref<const std::string&>();
            found = &schema_.at(Pointer(place.substr(1)));
        }
        return *found;
    }

    TomlDocument& document_;
    const json& schema_;
};

// The specification's defaults: 19200 8E1 (Modbus over Serial Line V1.02, 2.5.1), port 502.
void add_transport_defaults(json& bus) {
    if (!bus.is_object() || !bus.contains("transport")) return;
    const json more =
        bus["transport"] == "rtu"
            ? json{{"baud", 19200}, {"parity", "even"}, {"stop_bits", 1}, {"rs485", false}}
            : json{{"port", 502}};
    for (const auto& [key, value] : more.items())
        if (!bus.contains(key)) bus[key] = value;
}

}  // namespace

void add_defaults(TomlDocument& document, const json& schema) {
    Defaults(document, schema).fill(Pointer(), schema);
    if (document.root.contains("bus") && document.root["bus"].is_array())
        for (json& bus : document.root["bus"]) add_transport_defaults(bus);
}

}  // namespace sealwarden::config
