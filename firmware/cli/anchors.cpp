#include "firmware/cli/anchors.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

namespace sealwarden::cli {
namespace {

using State = AnchorReport::State;

AnchorReport report_of(const nlohmann::json& anchor) {
    AnchorReport report{.state = State::good, .name = anchor.value("name", ""), .text = {}};
    const auto size = anchor.value("size", std::uint64_t{0});
    const auto reach = size == 0 ? std::string{"has not vouched for this log yet"}
                                 : fmt::format("vouched for the log up to size {}", size);
    const auto trouble = anchor.value("trouble", "");
    report.text = trouble.empty() ? reach : trouble + "; it " + reach;
    if (anchor.value("contradicted", false)) {
        report.state = State::contradicts;
    } else if (!trouble.empty()) {
        report.state = State::away;
    }
    return report;
}

}  // namespace

std::vector<AnchorReport> anchor_reports(const config::Config& config) {
    if (config.evidence.witnesses.empty() && !config.evidence.time_stamps) return {};
    const auto unknown = [](std::string text) {
        return std::vector{
            AnchorReport{.state = State::away, .name = "anchors", .text = std::move(text)}};
    };
    const auto path = config.log_directory / "anchors";
    std::ifstream file{path};
    if (!file) return unknown("not known: cannot read " + path.string());
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("anchors") || !json["anchors"].is_array()) {
        return unknown("not known: damaged " + path.string());
    }
    const auto pid = json.value("pid", 0);
    const bool runs = pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
    if (!runs) return unknown("the anchors' front does not run");
    std::vector<AnchorReport> reports;
    for (const auto& anchor : json["anchors"]) reports.push_back(report_of(anchor));
    return reports;
}

}  // namespace sealwarden::cli
