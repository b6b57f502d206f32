// What the log remembers for the next start.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "firmware/core/site.hpp"
#include "firmware/eventlog/entry.hpp"
#include "firmware/eventlog/store.hpp"
#include "firmware/sqlite/sqlite.hpp"

namespace sealwarden::eventlog {

// Alarms and identities: what the log itself carries over into a new one. Takes as long as there
// are alarms and devices, not as there are entries. `boot_id` is the kernel's now: times of the
// same boot are taken as they are, others over the wall clock.
[[nodiscard]] SiteMemory memory_of(sqlite::Connection& connection, const ClockSample& now,
                                   const std::string& boot_id);
// What can be read of them in the log that was set aside, which may be nothing. An entry that does
// not have its hash is passed over for the one before it of the same alarm or device.
[[nodiscard]] SiteMemory memory_of_remains(const std::filesystem::path& file,
                                           const ClockSample& now, const std::string& boot_id);
// The records of people's acts, each on its own. Those of the log set aside from which `database`
// still carries come first, as far as they can be read and it has none of the same subject; `aside`
// empty: none is.
[[nodiscard]] RecordSource records_of(const std::filesystem::path& database,
                                      const std::filesystem::path& aside, const ClockSample& now,
                                      const std::string& boot_id);
// The same, kept up to date from the events that are written.
class Remembered {
  public:
    Remembered() = default;
    explicit Remembered(SiteMemory memory);
    void take(const Event& written);
    [[nodiscard]] const std::map<std::string, Alarm>& alarms() const { return alarms_; }
    [[nodiscard]] const std::map<std::string, std::string>& identities() const {
        return identities_;
    }

  private:
    std::map<std::string, Alarm> alarms_;  // not normal, by id
    std::map<std::string, std::string> identities_;
};

[[nodiscard]] std::optional<Entry> newest_of(sqlite::Connection& connection,
                                             const Subject& subject);

}  // namespace sealwarden::eventlog
