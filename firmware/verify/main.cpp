// sealwarden-verify: checks a bundle or a copy of a log. Reads files, and nothing else: no network,
// no configuration, no clock.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "firmware/verify/check.hpp"
#include "firmware/verify/print.hpp"

namespace {

using namespace sealwarden::verify;

constexpr int usage_error = 2;
constexpr std::uint64_t small_file = 1 << 20;  // bytes; a sheet or a checkpoint is smaller

struct Line {
    std::string path;
    std::string sheet;
    std::string words;
    std::vector<std::string> held;
    std::string query;
    std::string since;
    std::string until;
    std::string language = "en";
    bool json = false;
    bool progress = false;
};

void describe(CLI::App& app, Line& line) {
    app.add_option("bundle", line.path, "A bundle (ZIP or folder), or a log's copy (folder)")
        ->required();
    app.add_option("--sheet", line.sheet, "Your commissioning sheet, as a text file");
    app.add_option("--words", line.words, "Your sheet's six key words, instead of the sheet");
    app.add_option("--held", line.held, "Checkpoints you kept: each must lie on this log");
    app.add_option("--query", line.query,
                   "What you asked for, KIND:ID, like container:MSCU6639870");
    app.add_option("--since", line.since, "The beginning you asked for, like 2026-11-01T00:00:00Z");
    app.add_option("--until", line.until, "The end you asked for, exclusive");
    app.add_option("--lang", line.language, "en or es")->check(CLI::IsMember({"en", "es"}));
    app.add_flag("--json", line.json, "One JSON object");
    app.add_flag("--progress", line.progress, "How far it is, on standard error");
    app.footer(
        "Exit codes: 0 Verified, 4 Verified, with gaps, 3 Changed, 5 Not provable, 1 Not checked, "
        "2 wrong usage.");
}

// What the options say; throws CLI::ValidationError.
Asked asked_of(const Line& line) {
    Asked asked;
    if (!line.query.empty()) {
        const auto colon = line.query.find(':');
        if (colon == std::string::npos) throw CLI::ValidationError("--query", "KIND:ID is needed");
        asked.subject = {.kind = line.query.substr(0, colon), .id = line.query.substr(colon + 1)};
    }
    const auto moment = [](const char* option, const std::string& text) {
        std::optional<Moment> value;
        if (text.empty()) return value;
        value = typed_moment(text);
        if (!value) throw CLI::ValidationError(option, "UTC like 2026-11-01T00:00:00Z is needed");
        return value;
    };
    asked.since = moment("--since", line.since);
    asked.until = moment("--until", line.until);
    for (const auto& name : line.held) {
        asked.held.push_back({.name = name, .bytes = read_file(name, small_file)});
    }
    return asked;
}

Trust trust_of(const Line& line) {
    Trust trust;
    if (!line.sheet.empty()) trust.sheet = read_file(line.sheet, small_file);
    if (!line.words.empty()) trust.words = line.words;
    return trust;
}

// Says each hundredth once.
Progress progress_of(const Line& line) {
    if (!line.progress) return {};
    return [shown = std::uint64_t{0}](std::uint64_t done, std::uint64_t total) mutable {
        const auto percent = done * 100 / total;
        if (percent == shown) return;
        shown = percent;
        fmt::print(stderr, "{} %\n", percent);
    };
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Checks Sealwarden evidence against your commissioning sheet.",
                 "sealwarden-verify"};
    Line line;
    describe(app, line);
    try {
        app.parse(argc, argv);
        const auto asked = asked_of(line);
        const auto trust = trust_of(line);
        const auto report = check(line.path, trust, asked, progress_of(line));
        const auto language = line.language == "es" ? Language::spanish : Language::english;
        const auto out = line.json ? print_json(report, language) : print_text(report, language);
        // An answer that nobody got is no answer.
        if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() ||
            std::fflush(stdout) != 0) {
            fmt::print(stderr, "sealwarden-verify: the answer cannot be written\n");
            return 1;
        }
        return exit_code(report.verdict());
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : usage_error;
    } catch (const Malformed& error) {
        fmt::print(stderr, "sealwarden-verify: {}\n", error.what());
        return usage_error;
    } catch (const std::exception& error) {
        fmt::print(stderr, "sealwarden-verify: {}\n", error.what());
        return 1;
    }
}
