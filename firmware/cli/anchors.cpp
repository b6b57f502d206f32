#include "firmware/cli/anchors.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "firmware/evidence/keys.hpp"
#include "firmware/tlog/certificates.hpp"

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
    } else if (const auto remark = anchor.value("remark", ""); !remark.empty()) {
        report.state = State::forgot;
        report.text = remark + "; it " + reach;
    }
    return report;
}

std::optional<tlog::Sheet> sheet_of(const config::Config& config) {
    const evidence::KeyFiles files{config.evidence.keys};
    try {
        if (evidence::is_commissioned(files)) return evidence::read_sheet(files);
    } catch (const evidence::KeyTrouble&) {
        // Not for this user to read, or damaged: the gateway says so itself.
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> anchors_not_on_sheet(const config::Config& config) {
    std::vector<std::string> sentences;
    const auto sheet = sheet_of(config);
    if (!sheet) return sentences;
    for (const auto& witness : config.evidence.witnesses) {
        if (std::ranges::find(sheet->witnesses, witness.key) != sheet->witnesses.end()) continue;
        sentences.push_back("the sheet does not name the witness " + witness.key.name +
                            " with this key: its cosignatures count for nobody");
    }
    const auto& stamps = config.evidence.time_stamps;
    if (stamps && std::ranges::none_of(tlog::certificates_of(stamps->certificates),
                                       [&](const tlog::Certificate& one) {
                                           return std::ranges::find(sheet->tsas, one.name) !=
                                                  sheet->tsas.end();
                                       })) {
        sentences.push_back("the sheet names no certificate of " + stamps->certificates.string() +
                            ": the stamps of " + stamps->url + " go into no evidence");
    }
    return sentences;
}

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
