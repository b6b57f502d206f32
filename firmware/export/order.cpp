#include "firmware/export/order.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

#include "drivers/toml/schema.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/evidence/zip.hpp"
#include "firmware/export/database_view.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::evidence {

using nlohmann::json;
using enum OrderFailed::Why;

namespace {

// A reader holds up the emptying of the write-ahead log: not for longer than that.
constexpr std::chrono::seconds longest_build{60};

// Signs through the local door: the key stays with the gateway.
class DoorSigner final : public BundleSigner {
  public:
    DoorSigner(local::Client& client, std::uint64_t entry) : client_{client}, entry_{entry} {}
    [[nodiscard]] std::string sign(const tlog::Hash& manifest) const override {
        return client_
            .call("sign_export",
                  {{"index", entry_}, {"manifest", tlog::hex(tlog::bytes_of(manifest))}})
            .at("line");
    }

  private:
    local::Client& client_;
    std::uint64_t entry_;
};

json to_json(const Subject& subject) {
    return {{"k", subject.kind}, {"v", subject.id}};
}

// A mistyped door would be proven absent: what is neither configured nor ever was in the log is
// refused.
void check_subject(local::Client& client, const Subject& subject) {
    std::vector<std::string> known;
    const auto present = client.call("state");
    for (const auto& state : present.at("states")) {
        const auto& one = state.at("subject");
        if (one.at("k") == subject.kind) known.push_back(one.at("v"));
    }
    if (std::ranges::find(known, subject.id) != known.end()) return;
    const auto once = client.call("query", {{"subject", to_json(subject)}, {"limit", 1}});
    if (!once.at("entries").empty()) return;
    const auto guess = did_you_mean(subject.id, known);
    throw OrderFailed{
        not_found, fmt::format("there is no {} `{}`, and the log never had one{}", subject.kind,
                               subject.id, guess.empty() ? "" : "; did you mean `" + guess + "`?")};
}

void check_commissioned(local::Client& client) {
    if (client.call("status").at("signing").at("state") != "not_commissioned") return;
    throw OrderFailed{not_provable,
                      "the log is not commissioned: nothing in it is signed; stop the gateway and "
                      "run `sealwarden commission`"};
}

// The log's files are the gateway's and its group's.
void check_readable(const std::filesystem::path& file) {
    if (::access(file.c_str(), R_OK) == 0 || errno != EACCES) return;
    throw OrderFailed{not_allowed,
                      file.string() +
                          " may not be read; bundles are made by root, the gateway's user and "
                          "members of its group"};
}

void check_period(const Order& order, const tlog::Sheet& sheet, WallTime now) {
    if (order.until <= order.since) {
        throw OrderFailed{usage, "the period ends before it begins"};
    }
    if (order.until > now) {
        throw OrderFailed{usage, "the period ends at " + rfc3339(order.until) +
                                     ", in the future: of that nothing can be said yet"};
    }
    if (order.until <= sheet.start) {
        throw OrderFailed{not_provable, "the log was commissioned at " +
                                            rfc3339(WallTime{sheet.start}) +
                                            ": of the time before nothing can be proven"};
    }
}

void add_device(std::vector<Subject>& devices, const std::optional<PointId>& point) {
    if (point) devices.push_back({.kind = "device", .id = std::string{point->device()}});
}

// The devices that watch it as configured now; those that ever told of it, the bundle knows itself.
std::vector<Subject> devices_of(const SiteOptions& site, const Subject& subject) {
    std::vector<Subject> devices;
    for (const auto& door : site.doors) {
        if (subject.kind == "door" && subject.id == door.id)
            add_device(devices, door.contact.point);
    }
    for (const auto& seal : site.seals) {
        if (subject.kind != "seal" || subject.id != seal.id) continue;
        for (const auto& point : {seal.number, seal.present, seal.intact, seal.tamper}) {
            add_device(devices, point);
        }
    }
    return devices;
}

// The container, visit, seal, door and alarm of a case belong into its bundle, each with all that
// was said of it in the period.
std::vector<Subject> what_a_case_is_about(local::Client& client, const Subject& subject) {
    std::vector<Subject> about;
    if (subject.kind != "case") return about;
    const auto page =
        client.call("query", {{"records", "case"}, {"subject", to_json(subject)}, {"limit", 1}});
    for (const auto& entry : page.at("entries")) {
        for (const auto& one : entry.at("subj")) {
            Subject other{.kind = one.at("k"), .id = one.at("v")};
            if (other != subject) about.push_back(std::move(other));
        }
    }
    return about;
}

struct Entered {
    std::uint64_t entry = 0, generation = 0;
};

Entered enter(local::Client& client, const Order& order) {
    json question{{"subject", to_json(order.subject)},
                  {"since", rfc3339(order.since)},
                  {"until", rfc3339(order.until)},
                  {"lang", order.language == Language::spanish ? "es" : "en"},
                  {"for", order.whom},
                  {"why", order.why},
                  {"personal", order.personal}};
    if (!order.by.empty()) question["by"] = order.by;
    const auto made = client.call("export", question);
    return {.entry = made.at("index"), .generation = made.at("generation")};
}

Files build_files(const Order& order, const config::Config& config, const Options& options,
                  const Entered& entered, const BundleSigner& signer) {
    using sqlite::Trouble;
    try {
        const DatabaseView log{config.log_directory,
                               {config.evidence.keys},
                               entered.entry,
                               std::chrono::steady_clock::now() + longest_build};
        if (log.generation() != entered.generation) {
            throw OrderFailed{try_again, "the log was set aside meanwhile; try again"};
        }
        return build({.subject = order.subject, .since = order.since, .until = order.until}, log,
                     options, signer);
    } catch (const CannotBuild& error) {
        throw OrderFailed{not_provable, error.what()};
    } catch (const sqlite::Failure& failure) {
        if (failure.trouble == Trouble::too_slow) {
            throw OrderFailed{try_again, "the log could not be read in time: ask for less"};
        }
        throw OrderFailed{failure.trouble == Trouble::damaged ? changed : failed,
                          std::string{"the log cannot be read: "} + failure.what()};
    }
}

}  // namespace

std::string_view to_string(Step step) {
    switch (step) {
        case Step::checking: return "checking";
        case Step::entering: return "entering";
        case Step::reading: return "reading";
        case Step::packing: return "packing";
    }
    assert(!"every step has a name");
    return "?";
}

Subject seal_subject(const SiteOptions& site, const std::string& seal) {
    const bool is_reader = std::ranges::any_of(
        site.seals, [&](const SealOptions& reader) { return reader.id == seal; });
    if (is_reader) return {.kind = "seal", .id = seal};
    return {.kind = "seal_number", .id = plain_number(seal)};
}

tlog::Sheet sheet_of(const config::Config& config) {
    const KeyFiles keys{config.evidence.keys};
    check_readable(keys.sheet());
    return read_sheet(keys);
}

void check(const Order& order, const config::Config& config, local::Client& client, WallTime now) {
    check_commissioned(client);
    check_period(order, sheet_of(config), now);
    check_subject(client, order.subject);
    check_readable(eventlog::database_file(config.log_directory));
}

Built make_bundle(const Order& order, const config::Config& config, local::Client& client,
                  WallTime now, const std::function<void(Step)>& step) {
    step(Step::checking);
    check(order, config, client, now);
    const auto sheet = sheet_of(config);
    step(Step::entering);
    const auto entered = enter(client, order);
    auto watched = devices_of(config.site, order.subject);
    std::ranges::move(what_a_case_is_about(client, order.subject), std::back_inserter(watched));
    const Options options{.sheet = sheet,
                          .gateway = {.kind = "gateway", .id = config.site.gateway},
                          .watched = std::move(watched),
                          .export_entry = entered.entry,
                          .personal = order.personal,
                          .language = order.language,
                          .ahead = order.ahead,
                          .tool = order.tool};
    step(Step::reading);
    const auto files =
        build_files(order, config, options, entered, DoorSigner{client, entered.entry});
    step(Step::packing);
    const auto manifest = json::parse(files.at("manifest.json"));
    const auto given = std::ranges::count_if(
        files, [](const auto& file) { return file.first.starts_with("leaves/"); });
    Built built{.zip = zip_of(files),
                .records = manifest.at("records"),
                .given = static_cast<std::uint64_t>(given),
                .entry = entered.entry,
                .query = manifest.at("query"),
                .head = manifest.at("head"),
                .missing_witnesses = missing_witnesses(files, sheet)};
    built.sha256 = tlog::hex(tlog::bytes_of(tlog::sha256(built.zip)));
    return built;
}

}  // namespace sealwarden::evidence
