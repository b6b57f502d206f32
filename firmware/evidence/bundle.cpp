#include "firmware/evidence/bundle.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "firmware/evidence/given.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/evidence/start_here.hpp"
#include "firmware/evidence/tables.hpp"
#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/epochs.hpp"

namespace sealwarden::evidence {
namespace {

std::string hex(std::string_view bytes) {
    return tlog::hex(bytes);
}

void add_records(Files& files, const Given& given, const LogView& log) {
    for (const auto& [index, record] : given.records) {
        files[fmt::format("leaves/{}.bin", index)] = record.bytes;
        files[fmt::format("proofs/{}.tlog-proof", index)] = tlog::tlog_proof(
            index, tlog::inclusion_proof(log.hashes(), index, given.head), given.head_note);
        if (record.payload) {
            const std::string_view salt{reinterpret_cast<const char*>(record.payload->salt.data()),
                                        record.payload->salt.size()};
            files[fmt::format("payload/{}.json", index)] =
                R"({"payload":)" + record.payload->json + R"(,"salt":")" + hex(salt) + R"("})";
        }
    }
}

// The media types cameras send; anything else keeps a name that claims nothing.
std::string_view ending_of(std::string_view content_type) {
    if (content_type == "image/jpeg") return "jpg";
    if (content_type == "image/png") return "png";
    return "bin";
}

// The page holds everything once more, packed and in base64, and a file has at most 256 MiB.
constexpr std::size_t pictures_limit = 128u << 20;  // bytes

void add_pictures(Files& files, const Given& given, const LogView& log) {
    std::size_t bytes_given = 0;
    for (const auto& [index, record] : given.records) {
        const auto pictures = record.json.find("att");
        if (pictures == record.json.end()) continue;
        for (const auto& picture : *pictures) {
            const auto hash = picture.at("sha256").get<std::string>();
            const auto bytes = log.picture(hash);
            if (!bytes) continue;
            const auto ending = ending_of(picture.at("ct").get<std::string>());
            bytes_given += bytes->size();
            if (bytes_given > pictures_limit)
                throw CannotBuild{"more pictures than one bundle can hold: ask for a shorter time"};
            files[fmt::format("files/{}.{}", hash, ending)] = *bytes;
        }
    }
}

void add_epoch_key(Files& files, const LogView& log, const tlog::Sheet& sheet,
                   std::uint64_t epoch) {
    files[fmt::format("epochs/{}.bin", epoch)] = tlog::epoch_leaf(epoch, log.epoch_key(epoch));
    files[fmt::format("epochs/{}.tlog-proof", epoch)] =
        tlog::tlog_proof(epoch, tlog::inclusion_proof(log.epoch_hashes(), epoch, sheet.keys),
                         log.epoch_checkpoint());
}

void add_checkpoint(Files& files, const Given& given, const LogView& log, const tlog::Sheet& sheet,
                    std::uint64_t size) {
    const auto note = log.checkpoint(size);
    const auto epoch = note ? epoch_of(*note) : std::nullopt;
    if (!epoch) throw CannotBuild{fmt::format("the checkpoint of size {} is not kept", size)};
    files[fmt::format("checkpoints/{}.txt", size)] = *note;
    add_epoch_key(files, log, sheet, *epoch);
    if (size == given.head) return;
    files[fmt::format("consistency/{}-{}.txt", size, given.head)] = tlog::add_checkpoint_body(
        size, tlog::consistency_proof(log.hashes(), size, given.head), given.head_note);
}

std::size_t quorum_of(const tlog::Sheet& sheet) {
    return sheet.witnesses.size() / 2 + 1;
}

// How many witnesses of the sheet hold by their lines under this note.
std::size_t witnesses_of(const std::string& bytes, const tlog::Sheet& sheet) {
    const auto note = tlog::parse_note(bytes);
    if (!note) return 0;
    return static_cast<std::size_t>(
        std::ranges::count_if(sheet.witnesses, [&](const tlog::NoteKey& witness) {
            return std::ranges::any_of(note->lines, [&](const tlog::NoteLine& line) {
                return tlog::cosigned_at(line, witness, note->text).has_value();
            });
        }));
}

// The first checkpoint over the whole window that a quorum cosigned; where none of those tried has
// one, the first with the most witnesses, so that the reader is told how many are missing. What was
// cosigned later proves no more, and would make a bundle depend on when it is made.
std::optional<std::uint64_t> best_cosigned(const Given& given, const LogView& log,
                                           const tlog::Sheet& sheet) {
    constexpr std::size_t most_tried = 1000;
    const auto quorum = quorum_of(sheet);
    std::optional<std::uint64_t> best;
    std::size_t most = 0;
    for (const auto size : log.cosigned(given.window.to, given.head, most_tried)) {
        const auto witnesses = witnesses_of(log.checkpoint(size).value_or(""), sheet);
        if (witnesses <= most) continue;
        most = witnesses;
        best = size;
        if (most >= quorum) break;
    }
    return best;
}

// Those over checkpoints of the window tell more precisely when; the first one at its end or behind
// covers it. One whose certificates a reader would not take with the others is left out.
void add_stamps(Files& files, const Given& given, const LogView& log, const Options& options) {
    std::vector<tlog::Certificate> certificates;
    for (auto stamp = log.time_stamp_from(given.window.from); stamp;
         stamp = log.time_stamp_from(stamp->size + 1)) {
        if (!tlog::add_certificates(certificates, stamp->certificates)) continue;
        add_checkpoint(files, given, log, options.sheet, stamp->size);
        files[fmt::format("anchors/{}.tsr", stamp->size)] = stamp->reply;
        if (stamp->size >= given.window.to) break;
    }
    if (!certificates.empty()) files["anchors/tsa.pem"] = tlog::pem_of(certificates);
}

void add_checkpoints(Files& files, const Given& given, const LogView& log, const Options& options) {
    const auto& window = given.window;
    add_checkpoint(files, given, log, options.sheet, given.head);
    const auto first = window.first_epoch - (window.first_epoch > 0 ? 1 : 0);
    for (auto epoch = first; epoch <= window.last_epoch; ++epoch) {
        const auto size = log.closing(epoch);
        if (size) add_checkpoint(files, given, log, options.sheet, *size);
    }
    if (const auto size = best_cosigned(given, log, options.sheet)) {
        add_checkpoint(files, given, log, options.sheet, *size);
    }
    add_stamps(files, given, log, options);
}

void add_range(Files& files, const Given& given, const LogView& log) {
    const auto [from, to] = std::pair{given.window.from, given.window.to};
    std::vector<tlog::Hash> leaves(to - from);
    log.hashes().read(0, from, leaves);
    files[fmt::format("range/{}-{}.txt", from, to)] = tlog::range_text(
        from, leaves, tlog::range_proof(log.hashes(), from, to, given.head), given.head_note);
}

nlohmann::json subject_json(const Subject& subject) {
    return {{"k", subject.kind}, {"v", subject.id}};
}

// Proofs from one day index about each subject of the query.
std::string day_proofs(const Given& given, const LogView& log, std::uint64_t index,
                       const nlohmann::json& data) {
    const auto from = data.at("from").get<std::uint64_t>();
    const auto to = data.at("to").get<std::uint64_t>();
    const auto salt_bytes = tlog::from_hex(data.at("salt").get<std::string>());
    tlog::DaySalt salt{};
    if (!salt_bytes || salt_bytes->size() != salt.size()) {
        throw CannotBuild{fmt::format("the day index at {} has no salt", index)};
    }
    std::ranges::copy(*salt_bytes, salt.begin());
    const tlog::DayIndex day{salt, log.counts(from, to)};
    if (hex(tlog::bytes_of(day.root())) != data.at("root").get<std::string>()) {
        throw CannotBuild{
            fmt::format("the day index at {} is not what the log's tables give", index)};
    }
    auto subjects = given.subjects;
    std::ranges::sort(subjects);
    auto proofs = nlohmann::json::array();
    for (const auto& subject : subjects) {
        auto leaves = nlohmann::json::array();
        for (const auto& leaf : day.proof(subject.kind, subject.id)) {
            auto path = nlohmann::json::array();
            for (const auto& hash : leaf.path) path.push_back(tlog::base64(hash));
            leaves.push_back({{"at", leaf.position}, {"leaf", hex(leaf.bytes)}, {"path", path}});
        }
        proofs.push_back({{"leaves", leaves}, {"subject", subject_json(subject)}});
    }
    return nlohmann::json{{"index", index}, {"proofs", proofs}}.dump();
}

// Only the day indexes that cover entries of the window: the neighbours of the gateway's chain are
// sometimes one, too.
void add_days(Files& files, const Given& given, const LogView& log) {
    for (const auto& [index, record] : given.records) {
        if (record.json.at("kind") != "day.index") continue;
        files[fmt::format("days/{}.json", index)] =
            day_proofs(given, log, index, record.json.at("data"));
    }
}

// C2SP tlog-policy.
std::string policy(const LogView& log, const tlog::Sheet& sheet) {
    const tlog::NoteKey key{.name = tlog::log_name(sheet.origin, log.generation()),
                            .key = sheet.log_key};
    std::string lines = "log " + key.vkey() + "\n";
    std::string names;
    for (std::size_t i = 0; i < sheet.witnesses.size(); ++i) {
        lines += fmt::format("witness w{} {}\n", i + 1, sheet.witnesses[i].vkey());
        names += fmt::format(" w{}", i + 1);
    }
    if (names.empty()) return lines + "quorum none\n";
    return lines + fmt::format("group witnesses {}{}\nquorum witnesses\n", quorum_of(sheet), names);
}

// What the log itself says about this export.
std::string custody(const Given& given, std::uint64_t index) {
    const auto& record = given.records.at(index).json;
    nlohmann::json custody = record.at("data");
    custody["entry"] = index;
    custody["when"] = record.at("t").at("wall");
    return custody.dump();
}

std::string manifest(const Given& given, const LogView& log, const Options& options,
                     const Files& files) {
    auto listed = nlohmann::json::object();
    for (const auto& [name, bytes] : files) {
        listed[name] = hex(tlog::bytes_of(tlog::sha256(bytes)));
    }
    auto subjects = nlohmann::json::array();
    for (const auto& subject : given.subjects) subjects.push_back(subject_json(subject));
    const auto& window = given.window;
    const nlohmann::json manifest{
        {"context", given.context},
        {"erased", given.erased},
        {"export", options.export_entry},
        {"files", listed},
        {"head", given.head},
        {"lang", options.language == Language::spanish ? "es" : "en"},
        {"origin", tlog::log_name(options.sheet.origin, log.generation())},
        {"query",
         {{"since", text_of(given.query.since)},
          {"subject", subject_json(given.query.subject)},
          {"until", text_of(given.query.until)}}},
        {"records", given.asked_for},
        {"subjects", subjects},
        {"tool", options.tool},
        {"v", 1},
        {"window",
         {{"first_epoch", window.first_epoch},
          {"from", window.from},
          {"last_epoch", window.last_epoch},
          {"to", window.to}}},
        {"withheld", given.withheld}};
    return manifest.dump();
}

std::string sums_of(const Files& files) {
    std::string sums;
    for (const auto& [name, bytes] : files) {
        sums += fmt::format("{}  {}\n", hex(tlog::bytes_of(tlog::sha256(bytes))), name);
    }
    return sums;
}

}  // namespace

std::size_t missing_witnesses(const Files& bundle, const tlog::Sheet& sheet) {
    if (sheet.witnesses.empty()) return 0;
    const auto window = nlohmann::json::parse(bundle.at("manifest.json")).at("window");
    const auto to = window.at("to").get<std::uint64_t>();
    std::size_t most = 0;
    for (const auto& [name, bytes] : bundle) {
        constexpr std::string_view folder = "checkpoints/";
        if (!name.starts_with(folder)) continue;
        const auto size = tlog::number_from(
            std::string_view{name}.substr(folder.size(), name.find('.') - folder.size()));
        if (size && *size >= to) most = std::max(most, witnesses_of(bytes, sheet));
    }
    const auto quorum = quorum_of(sheet);
    return quorum - std::min(most, quorum);
}

Files build(const Query& query, const LogView& log, const Options& options,
            const BundleSigner& signer) {
    const auto given = choose(query, log, options);
    Files files;
    add_records(files, given, log);
    add_pictures(files, given, log);
    add_checkpoints(files, given, log, options);
    add_range(files, given, log);
    add_days(files, given, log);
    files["sheet.txt"] = tlog::text_of(options.sheet);
    files["policy.txt"] = policy(log, options.sheet);
    files["custody.json"] = custody(given, options.export_entry);
    files["records.csv"] = records_csv(given);
    files["gaps.csv"] = gaps_csv(given);
    files["timeline.svg"] = timeline_svg(given, options);
    files["report.pdf"] = report_pdf(given, log, options);
    files["VERIFY.txt"] = verify_txt(given, log, options);

    const auto listing = manifest(given, log, options, files);
    const auto hash = tlog::sha256(listing);
    files["manifest.json"] = listing;
    files["manifest.note"] = tlog::bundle_text(hash) + "\n" + signer.sign(hash);
    files["START-HERE.html"] = start_here(files, options.language);
    files["SHA256SUMS"] = sums_of(files);
    return files;
}

std::optional<std::uint64_t> epoch_of(std::string_view checkpoint) {
    const auto note = tlog::parse_note(checkpoint);
    if (!note) return std::nullopt;
    const auto name = note->text.substr(0, note->text.find('\n')) + "/epoch/";
    for (const auto& line : note->lines) {
        if (line.name.starts_with(name)) {
            return tlog::number_from(std::string_view{line.name}.substr(name.size()));
        }
    }
    return std::nullopt;
}

std::string text_of(Moment moment) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                       (moment - seconds).count());
}

std::optional<Moment> moment_of(const std::string& text) {
    std::tm parts{};
    int microseconds = 0, read = 0;
    const auto found = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ%n", &parts.tm_year,
                                   &parts.tm_mon, &parts.tm_mday, &parts.tm_hour, &parts.tm_min,
                                   &parts.tm_sec, &microseconds, &read);
    if (found != 7) return std::nullopt;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    const Moment moment{std::chrono::seconds{timegm(&parts)} +
                        std::chrono::microseconds{microseconds}};
    return text_of(moment) == text ? std::optional{moment} : std::nullopt;
}

}  // namespace sealwarden::evidence
