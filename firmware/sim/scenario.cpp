#include "firmware/sim/scenario.hpp"

#include <algorithm>
#include <set>

#include "drivers/embedded.hpp"
#include "drivers/toml/document.hpp"
#include "drivers/toml/schema.hpp"
#include "firmware/core/acts.hpp"

namespace sealwarden::embedded {
std::span<const Embedded> scenario_schema();
}

namespace sealwarden::sim {
namespace {

using Json = nlohmann::json;
using Pointer = Json::json_pointer;

struct Known {
    std::vector<std::string> points, devices, chips, acts;
};

Known known(const config::Config& site) {
    Known all;
    for (const auto& bus : site.buses) {
        const auto& options =
            std::visit([](const auto& one) -> const modbus::BusOptions& { return one.bus; }, bus);
        for (const auto& device : options.devices) {
            all.devices.push_back(device.id);
            for (const auto& point : device.profile->points)
                all.points.push_back(device.id + "." + point.name);
        }
    }
    for (const auto& chip : site.chips) {
        all.chips.push_back(chip.id);
        for (const auto& line : chip.lines) all.points.push_back(chip.id + "." + line.id);
    }
    for (const auto& act : act_descriptions()) all.acts.emplace_back(act.name);
    return all;
}

Value value_of(const Json& json) {
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_integer()) return json.get<std::int64_t>();
    return json.get<std::string>();
}

class StepReader {
  public:
    StepReader(const TomlDocument& document, const Known& site, std::vector<FileFinding>& findings)
        : document_{document}, site_{site}, findings_{findings} {}

    std::optional<Step> read(const Json& json, const Pointer& at) {
        Step step{.at = std::chrono::milliseconds{json["at_ms"].get<std::int64_t>()},
                  .once = json.value("once", false),
                  .say = json.value("say", "")};
        if (json.contains("for_ms"))
            step.lasts = std::chrono::milliseconds{json["for_ms"].get<std::int64_t>()};
        if (json.contains("act")) return read_act(std::move(step), json, at);
        if (json.contains("set") == json.contains("trouble")) {
            return complain(at,
                            "a step sets a point (`set` and `to`), has a device in `trouble`, or "
                            "is an `act` of people");
        }
        if (json.contains("set")) {
            if (!json.contains("to"))
                return complain(at, "`set` needs `to`: the value the point takes");
            if (!exists(json["set"].get<std::string>(), site_.points, at / "set", "point"))
                return std::nullopt;
            step.what = SetPoint{json["set"].get<std::string>(), value_of(json["to"])};
            return step;
        }
        return read_trouble(std::move(step), json, at);
    }

  private:
    std::optional<Step> read_act(Step step, const Json& json, const Pointer& at) {
        for (const auto* other : {"set", "trouble", "for_ms"})
            if (json.contains(other))
                return complain(at, std::string{"an `act` of people has no `"} + other + "`");
        Act act{.name = json["act"].get<std::string>(),
                .arguments = json.value("arguments", Json::object())};
        if (!known(act.name, site_.acts, at / "act", "there is no act")) return std::nullopt;
        std::map<std::string, Datum> arguments;
        for (const auto& [key, value] : act.arguments.items())
            std::visit([&arguments, &key](auto one) { arguments[key] = std::move(one); },
                       value_of(value));
        const auto read = act_from(act.name, arguments);
        if (const auto* wrong = std::get_if<std::string>(&read)) return complain(at, *wrong);
        step.what = std::move(act);
        return step;
    }

    std::optional<Step> read_trouble(Step step, const Json& json, const Pointer& at) {
        if (!json.contains("device")) return complain(at, "`trouble` needs `device`: who has it");
        const auto device = json["device"].get<std::string>();
        const auto word = json["trouble"].get<std::string>();
        const bool chip = word == "unplugged";
        if (!exists(device, chip ? site_.chips : site_.devices, at / "device",
                    chip ? "GPIO chip" : "device")) {
            return std::nullopt;
        }
        DeviceTrouble what{.device = device, .what = Unplugged{}};
        if (word == "replaced")
            what.what = Replaced{};
        else if (!chip)
            what.what = trouble(word).value();
        step.what = std::move(what);
        return step;
    }

    std::optional<Step> complain(const Pointer& at, std::string message) {
        findings_.push_back(finding_at(document_, at, std::move(message)));
        return std::nullopt;
    }

    bool exists(const std::string& name, const std::vector<std::string>& all, const Pointer& at,
                const std::string& what) {
        return known(name, all, at, "the site has no " + what);
    }
    bool known(const std::string& name, const std::vector<std::string>& all, const Pointer& at,
               const std::string& otherwise) {
        if (std::find(all.begin(), all.end(), name) != all.end()) return true;
        const auto meant = did_you_mean(name, all);
        complain(at, otherwise + " `" + name + "`" +
                         (meant.empty() ? "" : "; did you mean `" + meant + "`?"));
        return false;
    }

    const TomlDocument& document_;
    const Known& site_;
    std::vector<FileFinding>& findings_;
};

}  // namespace

ScenarioResult load_scenario(const std::filesystem::path& file, const config::Config& site) {
    auto read = read_toml(file);
    ScenarioResult result{.scenario = std::nullopt, .findings = std::move(read.findings)};
    if (!result.findings.empty()) return result;
    const auto& root = read.document.root;
    const auto schema = Json::parse(embedded::scenario_schema().front().text);
    result.findings = check_schema(read.document, schema);
    if (!result.findings.empty()) return result;

    Scenario scenario{.title = root.value("title", "")};
    if (root.contains("repeat_after_ms")) {
        scenario.repeat_after =
            std::chrono::milliseconds{root["repeat_after_ms"].get<std::int64_t>()};
    }
    const auto all = known(site);
    StepReader reader{read.document, all, result.findings};
    for (std::size_t i = 0; i < root["step"].size(); ++i) {
        if (auto step = reader.read(root["step"][i], Pointer{"/step"} / i))
            scenario.steps.push_back(std::move(*step));
    }
    std::stable_sort(scenario.steps.begin(), scenario.steps.end(),
                     [](const Step& a, const Step& b) { return a.at < b.at; });
    if (result.findings.empty()) result.scenario = std::move(scenario);
    return result;
}

}  // namespace sealwarden::sim
