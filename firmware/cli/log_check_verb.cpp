// `log check`: everything computed again from the records, without the gateway.
#include <fmt/format.h>

#include <ostream>

#include "firmware/cli/verbs.hpp"
#include "firmware/eventlog/check.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/epochs.hpp"
#include "firmware/tlog/own_head.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

constexpr std::size_t note_limit = 1u << 20;

// A head of this log that lies somewhere else than in its database.
struct Held {
    std::string where;
    tlog::Head head;
};

struct Verdict {
    Exit exit = Exit::ok;
    std::string word = "Verified", why;
};

class LogCheck {
  public:
    LogCheck(Context& context, const std::string& set_aside)
        : context_{context},
          config_{context.valid_configuration()},
          set_aside_{!set_aside.empty()},
          database_{set_aside_ ? std::filesystem::path{set_aside}
                               : eventlog::database_file(config_.log_directory)} {}

    void run(const std::vector<std::string>& against) {
        if (!std::filesystem::exists(database_)) {
            throw Failure{Exit::not_found, "there is no log " + database_.string()};
        }
        read_keys();
        for (const auto& file : against) held_.push_back(read_held(file));
        const auto checked = check();
        verdict_ = judge(checked);
        context_.exit = verdict_.exit;
        context_.json ? print_json(checked) : print(checked);
    }

  private:
    void read_keys() {
        const evidence::KeyFiles files{config_.evidence.keys};
        try {
            if (!evidence::is_commissioned(files)) return;
            sheet_ = evidence::read_sheet(files);
            table_ = evidence::read_table(files);
            if (tlog::root_of(tlog::epoch_tree(table_), table_.size()) != sheet_->epochs) {
                changed_ = files.table().string() + " is not the table of the sheet";
            }
            if (set_aside_) return;  // the keys went on with the log after it
            held_.push_back({.where = files.state().string(),
                             .head = evidence::EpochStateFile::read_head(files.state())});
        } catch (const evidence::KeyTrouble& trouble) {
            gaps_.emplace_back(trouble.what());
        }
    }

    [[nodiscard]] Held read_held(const std::string& file) const {
        if (!sheet_) {
            throw Failure{Exit::not_provable, "--against needs the sheet in " +
                                                  config_.evidence.keys.string() +
                                                  " to know whose checkpoint it is"};
        }
        std::string bytes;
        try {
            bytes = evidence::read_file(file, note_limit);
        } catch (const evidence::KeyTrouble& trouble) {
            throw Failure{Exit::not_found, trouble.what()};
        }
        const auto head = tlog::own_head(bytes, sheet_->origin, sheet_->log_key);
        if (!head) {
            throw Failure{Exit::not_provable,
                          file + " is no checkpoint that this log's key signed"};
        }
        return {.where = file, .head = *head};
    }

    eventlog::Checked check() {
        eventlog::CheckWanted wanted;
        for (const auto& held : held_) wanted.sizes.insert(held.head.size);
        if (sheet_) {
            wanted.note = [this](const eventlog::StoredCheckpoint& stored,
                                 std::uint64_t generation) { return fault_of(stored, generation); };
        }
        if (context_.terminal && !context_.json) {
            wanted.progress = [this](std::uint64_t done, std::uint64_t size) {
                context_.err << '\r' << done << " of " << size << std::flush;
                if (done == size) context_.err << "\r\033[K" << std::flush;
            };
        }
        return eventlog::check_log(database_, wanted);
    }

    // What is wrong with a stored head's note, by the sheet and the table of epoch keys.
    [[nodiscard]] std::string fault_of(const eventlog::StoredCheckpoint& stored,
                                       std::uint64_t generation) const {
        const auto head = tlog::own_head(stored.note, sheet_->origin, sheet_->log_key);
        if (!head) return "is not signed by the log's key";
        if (*head != tlog::Head{generation, stored.size, stored.root}) {
            return "has a note that says something else";
        }
        const auto note = *tlog::parse_note(stored.note);
        const auto before = tlog::epoch_name(sheet_->origin, generation, 0);
        const auto prefix = std::string_view{before}.substr(0, before.size() - 1);
        for (const auto& line : note.lines) {
            if (!line.name.starts_with(prefix)) continue;
            const auto epoch = tlog::number_from(std::string_view{line.name}.substr(prefix.size()));
            if (!epoch || *epoch >= table_.size()) return "names an epoch that has no key";
            if (stored.closes >= 0 && *epoch != static_cast<std::uint64_t>(stored.closes)) {
                return "closes another epoch than its line says";
            }
            const tlog::NoteKey key{
                .name = line.name, .type = tlog::KeyType::ed25519, .key = table_[*epoch]};
            return tlog::is_signed(note, key) == tlog::Signed::yes
                       ? ""
                       : "is not signed by the key of its epoch";
        }
        return "has no line of an epoch's key";
    }

    [[nodiscard]] Verdict judge(const eventlog::Checked& checked) {
        const auto changed = [](const std::string& why) {
            return Verdict{.exit = Exit::changed, .word = "Changed", .why = why};
        };
        if (!changed_.empty()) return changed(changed_);
        if (!checked.fault.empty()) return changed(checked.fault);
        std::string not_provable;
        for (const auto& held : held_) {
            const auto& head = held.head;
            if (head.generation < checked.generation) {
                not_provable = fmt::format("{} is of generation {}, and the log is generation {}",
                                           held.where, head.generation, checked.generation);
            } else if (head.generation > checked.generation) {
                return changed(fmt::format("{} is of generation {}, and the log is generation {}",
                                           held.where, head.generation, checked.generation));
            } else if (head.size > checked.size) {
                return changed(fmt::format("{} knows {} entries, and the log has {}", held.where,
                                           head.size, checked.size));
            } else if (checked.roots.at(head.size) != head.root) {
                return changed(fmt::format("the first {} entries are not those that {} knows",
                                           head.size, held.where));
            }
        }
        const auto worse = [](Exit exit, const std::string& word, const std::string& why) {
            return Verdict{.exit = exit, .word = word, .why = why};
        };
        if (!not_provable.empty()) return worse(Exit::not_provable, "Not provable", not_provable);
        if (checked.signed_size == 0) {
            return worse(Exit::not_provable, "Not provable",
                         "the tree agrees with itself, and nothing of it is signed");
        }
        if (!sheet_) gaps_.emplace_back("the signatures are not checked: there is no sheet");
        if (checked.signed_size < checked.size) {
            gaps_.push_back(fmt::format("the last {} entries are under no signed head",
                                        checked.size - checked.signed_size));
        }
        if (!gaps_.empty()) return worse(Exit::gaps, "Verified, with gaps", gaps_.front());
        return {};
    }

    void print_json(const eventlog::Checked& checked) const {
        auto held = json::array();
        for (const auto& one : held_) {
            held.push_back({{"where", one.where},
                            {"generation", one.head.generation},
                            {"size", one.head.size}});
        }
        context_.print({{"verdict", verdict_.word},
                        {"why", verdict_.why},
                        {"log", database_.string()},
                        {"generation", checked.generation},
                        {"size", checked.size},
                        {"root", tlog::base64(checked.root)},
                        {"subtrees", checked.subtrees},
                        {"checkpoints", checked.checkpoints},
                        {"closings", checked.closings},
                        {"signed_size", checked.signed_size},
                        {"held", held},
                        {"gaps", gaps_}});
    }

    void print(const eventlog::Checked& checked) const {
        auto& out = context_.out;
        out << "log          " << database_.string() << ", generation " << checked.generation
            << ", " << checked.size << " entries\n";
        if (checked.fault.empty()) {
            out << "tree         " << tlog::base64(checked.root) << ", " << checked.subtrees
                << " kept hashes agree\n"
                << "checkpoints  " << checked.checkpoints << " agree, " << checked.closings
                << " of them close an epoch; the newest has " << checked.signed_size
                << " entries\n";
        }
        for (const auto& one : held_) {
            out << "held         " << one.where << ": generation " << one.head.generation << ", "
                << one.head.size << " entries\n";
        }
        const bool good = verdict_.exit == Exit::ok;
        out << context_.paint(good                             ? "green"
                              : verdict_.exit == Exit::changed ? "red"
                                                               : "yellow",
                              verdict_.word);
        if (!verdict_.why.empty()) out << ": " << verdict_.why;
        out << '\n';
        for (std::size_t i = 1; i < gaps_.size() && verdict_.exit == Exit::gaps; ++i) {
            out << "             " << gaps_[i] << '\n';
        }
        out.flush();
    }

    Context& context_;
    const config::Config& config_;
    const bool set_aside_;
    const std::filesystem::path database_;
    std::optional<tlog::Sheet> sheet_;
    std::vector<tlog::PublicKey> table_;
    std::vector<Held> held_;
    std::vector<std::string> gaps_;
    std::string changed_;  // of the keys themselves
    Verdict verdict_;
};

}  // namespace

void add_log_check(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand(
        "check",
        "Compute the whole log again from its records and hold it against what is kept of it; "
        "reads only, also beside a running gateway");
    examples(verb, {{"sealwarden log check", "entries, tree, signed heads, epoch state file"},
                    {"sealwarden log check --against gate-pass.txt",
                     "and a checkpoint that somebody kept"}});
    const auto against = std::make_shared<std::vector<std::string>>();
    verb.add_option("--against", *against,
                    "a checkpoint kept elsewhere: from paper, MQTT, a witness; may be repeated")
        ->type_name("FILE");
    const auto set_aside = add_set_aside(verb);
    add_json(verb, context);
    verb.callback([&context, against, set_aside] { LogCheck{context, *set_aside}.run(*against); });
}

}  // namespace sealwarden::cli
