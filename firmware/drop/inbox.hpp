// What becomes of the files of one folder: each is brought to the gateway once, and then lies where
// its answer says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "firmware/drop/folder.hpp"
#include "firmware/drop/ripeness.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::drop {

// The gateway, as far as files are concerned. Whatever it throws means: not now.
class ImportDoor {
  public:
    virtual ~ImportDoor() = default;
    // The entry by which the file of this ref was taken; empty: it was not.
    virtual std::optional<std::uint64_t> taken(const std::string& ref) = 0;
    struct Answer {
        std::uint64_t index = 0;  // of the entry that records it; 0: there is none
        std::string refused;      // why, as the gateway says it; empty: it was taken
    };
    virtual Answer import(const std::string& act, const Claimed& file, const std::string& text) = 0;
};

struct InboxOptions {
    std::filesystem::path folder;
    std::string act;  // "visit.import"
    Language language = Language::english;
    std::size_t limit = std::size_t{2} << 20;  // bytes of a file
    std::chrono::milliseconds quiet{2000};
};

class Inbox {
  public:
    // `random`: for refs; two alike are never given.
    Inbox(InboxOptions options, std::function<std::uint64_t()> random);

    // Looks once. Files that were under way when this or an earlier run was cut off come first:
    // whether they were taken is asked, not guessed. Throws what the door throws; nothing is lost
    // by that. A folder or a file that cannot be used is said once.
    void look(ImportDoor& door, Uptime now);

  private:
    void serve(ImportDoor& door, const Claimed& file, bool fresh);
    void refuse(const Claimed& file, const std::string& why, std::uint64_t index);
    void say_once(const std::string& trouble);

    InboxOptions options_;
    std::function<std::uint64_t()> random_;
    std::optional<Folder> folder_;
    Ripeness ripeness_;
    std::set<std::string> said_;
};

// The text beside a refused file: what happened, why by line, what to do.
[[nodiscard]] std::string why_text(Language language, const std::string& name,
                                   const std::string& why, std::uint64_t index);

}  // namespace sealwarden::drop
