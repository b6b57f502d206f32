// `log export --tiles`: the whole log as static files that others can check and serve.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/tiles.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/tlog/own_head.hpp"

namespace sealwarden::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t note_limit = 1u << 20;

class TileExport {
  public:
    TileExport(Context& context, fs::path directory, const std::string& set_aside)
        : context_{context},
          config_{context.valid_configuration()},
          database_{set_aside.empty() ? eventlog::database_file(config_.log_directory)
                                      : fs::path{set_aside}},
          to_{std::move(directory)} {}

    void run() {
        const evidence::KeyFiles files{config_.evidence.keys};
        if (!fs::exists(database_)) {
            throw Failure{Exit::not_found, "there is no log " + database_.string()};
        }
        if (!evidence::is_commissioned(files)) {
            throw Failure{Exit::not_found, "the log is not commissioned: there are no keys in " +
                                               config_.evidence.keys.string()};
        }
        const auto sheet = evidence::read_sheet(files);
        eventlog::TileSource log{database_};
        const auto newest = log.newest();
        if (!newest) throw Failure{Exit::not_provable, "nothing of this log is signed yet"};
        const auto head = own(newest->note, sheet);
        const auto had = already_there(log, sheet, head);
        log.tiles(had, head.size, [&](const std::string& name, const std::string& bytes) {
            put(name, bytes);
            progress(head.size);
        });
        const auto closings = log.closings(head.size);
        for (const auto& closing : closings) put_checkpoint(closing);
        put_stamps(log, sheet, head.size);
        // Who saw one of these saw all that is closed before it; the older ones prove nothing more.
        for (const auto& seen :
             log.cosigned(closings.empty() ? 0 : closings.back().size, head.size)) {
            put(checkpoint_name(seen.size), seen.note);
        }
        put("sheet.txt", evidence::read_file(files.sheet(), note_limit));
        std::string keys;
        for (const auto& key : evidence::read_table(files)) keys.append(key.begin(), key.end());
        put("epochs/keys.bin", keys);
        // Last: before it a reader finds the tree of the checkpoint that is there.
        put("checkpoint", newest->note);
        drop_old_edge(had, head.size);
        say(head, had);
    }

  private:
    static tlog::Head own(const std::string& note, const tlog::Sheet& sheet) {
        const auto head = tlog::own_head(note, sheet.origin, sheet.log_key);
        if (!head) {
            throw Failure{Exit::changed,
                          "the newest signed head is not signed by the log's key; "
                          "sealwarden log check says more"};
        }
        return *head;
    }

    // How much of the log the directory holds; what lies there must be of this very log.
    [[nodiscard]] std::uint64_t already_there(eventlog::TileSource& log, const tlog::Sheet& sheet,
                                              const tlog::Head& head) const {
        const auto file = to_ / "checkpoint";
        if (!fs::exists(file)) {
            if (fs::exists(to_) && !fs::is_empty(to_) && !fs::exists(to_ / "tile")) {
                throw Failure{Exit::usage, to_.string() +
                                               " holds something else; name a directory "
                                               "that is empty or not there"};
            }
            return 0;
        }
        const auto before =
            tlog::own_head(evidence::read_file(file, note_limit), sheet.origin, sheet.log_key);
        if (!before || before->generation != head.generation) {
            throw Failure{Exit::usage, file.string() +
                                           " is of another log or generation; export into another "
                                           "directory"};
        }
        if (before->size > head.size || log.root(before->size) != before->root) {
            throw Failure{
                Exit::changed,
                fmt::format("the first {} entries of the log are not those exported to {} "
                            "before",
                            before->size, to_.string())};
        }
        return before->size;
    }

    static std::string checkpoint_name(std::uint64_t size) {
        return fmt::format("checkpoints/{}.txt", size);
    }

    void put_checkpoint(const eventlog::TileSource::SignedHead& head) {
        if (!fs::exists(to_ / checkpoint_name(head.size))) {
            put(checkpoint_name(head.size), head.note);
        }
    }

    // Those that hold up to a certificate that the sheet names: others prove nothing to a reader.
    void put_stamps(eventlog::TileSource& log, const tlog::Sheet& sheet, std::uint64_t up_to) {
        std::vector<tlog::Certificate> certificates;
        for (const auto& stamp : log.stamps(up_to)) {
            if (!anchor::holds_for(stamp.reply, stamp.over.note, stamp.certificates, sheet.tsas) ||
                !tlog::add_certificates(certificates, stamp.certificates)) {
                continue;
            }
            put_checkpoint(stamp.over);
            put(fmt::format("anchors/{}.tsr", stamp.over.size), stamp.reply);
        }
        if (!certificates.empty()) put("anchors/tsa.pem", tlog::pem_of(certificates));
    }

    void put(const std::string& name, const std::string& bytes) {
        const auto file = to_ / name;
        fs::create_directories(file.parent_path());
        evidence::write_file(file, bytes, 0644);
        ++written_;
    }

    // Partial tiles of the tree before; nobody needs them any more.
    void drop_old_edge(std::uint64_t had, std::uint64_t size) const {
        const auto kept = eventlog::partial_tiles(size);
        for (const auto& name : eventlog::partial_tiles(had)) {
            if (std::ranges::find(kept, name) != kept.end()) continue;
            std::error_code ignored;
            fs::remove(to_ / name, ignored);
            fs::remove((to_ / name).parent_path(), ignored);  // when it is empty
        }
    }

    void progress(std::uint64_t size) const {
        if (!context_.terminal || context_.json) return;
        context_.err << '\r' << written_ << " files, about " << size / 128 << "\033[K"
                     << std::flush;
    }

    void say(const tlog::Head& head, std::uint64_t had) const {
        if (context_.json) {
            context_.print({{"directory", to_.string()},
                            {"generation", head.generation},
                            {"size", head.size},
                            {"had", had},
                            {"files", written_}});
            return;
        }
        if (context_.terminal) context_.err << "\r\033[K";
        context_.out << to_.string() << " holds " << head.size << " entries, " << head.size - had
                     << " of them new" << std::endl;
    }

    Context& context_;
    const config::Config& config_;
    const fs::path database_;
    fs::path to_;
    std::uint64_t written_ = 0;
};

}  // namespace

void add_log_export(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand(
        "export",
        "Write the whole log as static files, C2SP tlog-tiles, up to its newest signed "
        "head; into the same directory again: what is new");
    examples(verb, {{"sealwarden log export --tiles /srv/archive/gw1",
                     "sealwarden-verify /srv/archive/gw1 --sheet sheet.txt checks it"}});
    const auto directory = std::make_shared<std::string>();
    verb.add_option("--tiles", *directory, "the directory")->required()->type_name("DIR");
    const auto set_aside = add_set_aside(verb);
    add_json(verb, context);
    verb.callback(
        [&context, directory, set_aside] { TileExport{context, *directory, *set_aside}.run(); });
}

}  // namespace sealwarden::cli
