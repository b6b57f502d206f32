#include "drivers/profile/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <system_error>

#include "drivers/profile/decode.hpp"

namespace sealwarden {

namespace {

std::string printed(const std::variant<Value, Fault>& what) {
    if (const auto* fault = std::get_if<Fault>(&what))
        return fmt::format("fault {}", to_string(*fault));
    const auto& value = std::get<Value>(what);
    if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return '"' + std::get<std::string>(value) + '"';
}

template <class Cells>
std::optional<std::vector<std::uint16_t>> cut(const Cells& cells, const PointProfile& point) {
    std::vector<std::uint16_t> words;
    for (unsigned i = 0; i < point.registers; ++i) {
        const auto found = cells.find(static_cast<std::uint16_t>(point.address + i));
        if (found == cells.end()) return {};
        words.push_back(static_cast<std::uint16_t>(found->second));
    }
    return words;
}

std::optional<std::vector<std::uint16_t>> registers_of(const ProfileVector& vector,
                                                       const PointProfile& point) {
    switch (point.table) {
        case Table::coil: return cut(vector.coils, point);
        case Table::discrete_input: return cut(vector.discrete, point);
        case Table::input_register: return cut(vector.input, point);
        case Table::holding_register: return cut(vector.holding, point);
    }
    return {};
}

}  // namespace

std::vector<VectorFailure> run_vectors(const Profile& profile) {
    std::vector<VectorFailure> failures;
    for (const auto& vector : profile.vectors) {
        const auto check = [&](const std::string& name,
                               const std::variant<Value, Fault>& expected) {
            const PointProfile* point = profile.point(name);
            const auto fail = [&](std::string message) {
                failures.push_back({vector.name, name, std::move(message)});
            };
            if (point == nullptr) return fail("there is no such point");
            const auto registers = registers_of(vector, *point);
            if (!registers)
                return fail(
                    fmt::format("the vector has not all registers from {} on", point->address));
            const auto got = decode(*point, *registers);
            if (got != expected)
                fail(fmt::format("expected {}, but the registers say {}", printed(expected),
                                 printed(got)));
        };
        for (const auto& [name, value] : vector.expect) check(name, value);
        for (const auto& [name, fault] : vector.expect_fault) check(name, fault);
    }
    return failures;
}

ProfileReport report_profile(const std::filesystem::path& file) {
    ProfileReport report{.file = file, .result = load_profile(file), .failures = {}};
    if (report.result.profile) report.failures = run_vectors(*report.result.profile);
    return report;
}

std::vector<ProfileReport> report_profiles(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error))
        if (it->path().extension() == ".toml") files.push_back(it->path());
    std::vector<ProfileReport> reports;
    if (error) {
        ProfileReport report{.file = folder, .result = {}, .failures = {}};
        report.result.findings.push_back(
            {.file = folder.string(), .path = "", .message = "cannot be read: " + error.message()});
        reports.push_back(std::move(report));
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) reports.push_back(report_profile(file));
    return reports;
}

}  // namespace sealwarden
