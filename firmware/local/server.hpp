// The one door into the gateway: a unix socket, newline-delimited JSON (PROTOCOL.md). This is the
// gateway's end; all of it runs on the loop and never blocks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "drivers/durations.hpp"
#include "drivers/gpio/edges.hpp"
#include "drivers/profile.hpp"
#include "drivers/report.hpp"
#include "firmware/clock.hpp"
#include "firmware/core/site.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::local {

// Who runs behind the door; does not change while it runs, except by a reload.
struct Identity {
    std::string version, site, gateway, config_hash;
    std::string time_zone = "UTC";  // IANA; how times are shown
    std::uint64_t boot = 0;         // LogThread::boot_number()
    std::uint64_t generation = 1;   // of the log when the door opens
};

// A process the gateway starts and restarts: the mqtt publisher, the console.
struct Front {
    std::string name;   // "mqtt"
    std::string state;  // "running", "waiting" (for its next start), "off"
    std::uint64_t restarts = 0;
    friend bool operator==(const Front&, const Front&) = default;
};

// The largest head of this log that was seen outside since the start.
struct Outside {
    std::uint64_t size = 0;
    std::chrono::microseconds ago{};
};

struct Status {
    std::chrono::microseconds running_for{};
    std::size_t log_queued = 0;
    eventlog::Health log_health = eventlog::Health::good;
    std::string log_why;  // one sentence when the log is not good
    Durations commits;    // of the log's transactions
    Durations syncs;      // of the log's files, each alone
    Durations detection;  // from an entry's own time, when it was seen, to when it was on disk
    Durations loop_lag;   // how late the loop comes to its timer, due once a second at least
    std::vector<gpio::Edges> gpio;  // of every line
    eventlog::SigningState signing;
    std::optional<Outside> outside;  // empty: none was seen
    ClockSample clock;
    std::vector<Front> fronts;
};

// One raw read for commissioning, through the poller, so that it waits its turn on the line.
struct RawRead {
    std::string device;
    Table table = Table::holding_register;
    std::uint16_t address = 0, count = 1;
};
struct RawRefusal {
    std::string code = "refused";                          // PROTOCOL.md
    std::string why;                                       // one sentence
    std::optional<std::uint8_t> exception = std::nullopt;  // the device's own code, when it said no
};
// What is kept about persons beside an entry shall go.
struct Erasure {
    std::uint64_t entry = 0;
    std::string rule;  // why it may, or must
    std::string by;    // who asks
};
// The registers (bits as 0 and 1), or why not.
using RawAnswer = std::variant<std::vector<std::uint16_t>, RawRefusal>;

// What an auditor is to be given, for whom and why: becomes the entry export.made.
struct Export {
    std::string who, whom, why;  // who asks, as the kernel says; for whom he asks
    Subject subject;
    WallTime since, until;  // [since, until)
    std::string language;   // "en", "es"
    bool personal = false;  // with what is said about persons
};
// What was found of the log outside: at a broker, a witness, on paper.
struct Sighting {
    std::optional<std::string> note;  // a signed note as it was found; empty: none is held there
    std::string where;                // for people
};
struct Seen {
    enum class Verdict {
        agrees,        // the log is its continuation, or nothing was found
        contradicts,   // nothing is signed from now on
        not_ours,      // not signed by this log's key
        not_compared,  // the log cannot be read now, or is not commissioned
    };
    Verdict verdict = Verdict::not_compared;
    std::string why;
};

// What somebody outside says of a head of this log: one of both.
struct Anchor {
    std::uint64_t size = 0;   // of the head
    std::string cosignature;  // a witness's signature line, without its newline; or
    std::string stamp;        // DER of a TimeStampResp (RFC 3161), at most 32 KiB
};

// A witness says that it signed what is not this log, or cosigned this log again.
struct Contradiction {
    std::string where;   // the witness's name, of the configuration
    std::string why;     // one sentence, at most 512 bytes; of no account when it is over
    bool holds = false;  // it begins; else it is over
};

// What somebody did at the console, or was refused there (PROTOCOL.md, `used`).
struct Use {
    EventKind what = EventKind::console_viewed;  // one of console_*
    std::string act;                             // a word: "sign_in", "user.added", "access_log"
    std::string user;                            // of the console; empty: nobody known
    std::string by;  // who did it where that is somebody else: "uid:0(root)"
    std::string role, way, token;
    std::string route;                  // what was asked, without its arguments
    std::string subject;                // "door:d07"
    std::string reason;                 // a word
    std::string address;                // kept beside the entry
    std::string ref;                    // the same twice: told twice
    std::int64_t count = 0;             // of such; 0: not counted
    std::optional<std::int64_t> at_ms;  // epoch milliseconds, where it is told later
};

// What the cameras' front has to tell: one picture is kept, none could be got, a kept one is gone.
struct PictureTaken {
    std::string camera;
    bool stored = false;  // by its recorder, of a past moment; else of this one
    tlog::Hash sha256{};
    std::int64_t bytes = 0;
    std::int64_t taken_ms = 0;                    // the moment it shows, epoch milliseconds
    std::optional<std::int64_t> clock_offset_ms;  // how far the peer's clock is ahead of ours
    std::optional<std::uint64_t> cause;           // index of the entry for which it was taken
    std::vector<Subject> about;                   // what that entry is about, besides the camera
    std::int64_t skipped = 0;                     // causes since the last one that got no picture
};
struct PictureFailed {
    std::string camera;
    bool stored = false;
    std::string why;  // one sentence
};
struct PictureErased {
    tlog::Hash sha256{};
    std::optional<std::uint64_t> entry;  // that records it; empty: none of this log
    std::string rule;                    // why it may go
};
using PictureNews = std::variant<PictureTaken, PictureFailed, PictureErased>;
// What became of telling somebody outside of an entry, as the front says that tells them.
struct Notice {
    enum class What {
        delivered,  // a step of an alarm's escalation
        failed,     // of one too: it will never be taken
        failing,    // this webhook takes nothing any more
        well,       // it does again
    };
    What what{};
    std::string webhook;      // id of the configuration
    std::string alarm;        // id; of delivered and failed
    std::uint64_t entry = 0;  // that was told; of delivered and failed
    std::uint32_t tries = 1;
    std::string why;  // one sentence; of failed and failing
};

// What the door may ask of the gateway. Called on the loop.
class House {
  public:
    virtual ~House() = default;
    virtual Identity identity() = 0;
    virtual Status status() = 0;
    virtual std::vector<Reading> points() = 0;  // the newest reading of every point, in order
    virtual std::vector<DeviceReport> buses() = 0;
    virtual std::vector<State> states() = 0;  // as of the last commit
    virtual std::vector<Alarm> alarms() = 0;  // as of the last commit: all that are not normal
    virtual Uptime now() = 0;
    virtual std::int64_t wall_ms(Uptime at) = 0;  // epoch milliseconds
    // Called on the loop after the command's events are committed, with an empty text and the index
    // of the entry that records it, or with the reason it was refused.
    using Done = std::function<void(std::string refused, std::uint64_t index)>;
    virtual void command(Command command, Done done) = 0;
    virtual void erase(Erasure erasure, Done done) = 0;
    // Writes the export's entry and the day index it needs.
    virtual void make_export(Export wanted, Done done) = 0;
    // The line with which the log key signs the manifest of this SHA-256; empty: there is no key.
    virtual std::string sign_bundle(const tlog::Hash& manifest) = 0;
    // `done` is called on the loop, once.
    virtual void read_raw(RawRead question, std::function<void(RawAnswer)> done) = 0;
    // Compared before anything else is signed; `done` is called on the loop, once.
    virtual void seen(const Sighting& sighting, std::function<void(Seen)> done) = 0;
    // Checked, kept beside the head, and recorded; `done` is called on the loop, once.
    virtual void anchor(Anchor anchor, std::function<void(eventlog::Anchored)> done) = 0;
    // Recorded where it is a change.
    virtual void contradicted(Contradiction said, Done done) = 0;
    virtual void used(Use use, Done done) = 0;
    virtual void picture(PictureNews news, Done done) = 0;
    // Recorded; failing and well where it is a change.
    virtual void noticed(Notice notice, Done done) = 0;
};

// Reads committed entries; `done` comes on any thread. The way to eventlog::Reader::query().
using ReadEntries =
    std::function<void(eventlog::Query, std::function<void(eventlog::Reader::Page)> done)>;

struct ServerOptions {
    std::filesystem::path socket;
    unsigned mode = 0660;
    std::size_t max_clients = 64;
    std::size_t max_streams = 16;               // of one connection; also its open questions
    std::size_t max_line = 64u << 10;           // of a question
    std::size_t max_file = longest_file;        // of one connection, for its next command
    std::size_t max_files = 8u << 20;           // of all connections together
    std::size_t max_unsent = 4u << 20;          // more waiting for one connection: it is cut off
    std::chrono::milliseconds stalled{30'000};  // nothing taken for so long: it is cut off
    std::size_t page_entries = 256;             // of a feed that catches up
};

class Server {
  public:
    // Listens on the socket. Throws std::runtime_error with one sentence when its directory is
    // missing or others may write there, or when somebody answers behind the socket already.
    // `log_size` is the index of the next entry.
    Server(boost::asio::io_context& loop, ServerOptions options, House& house, ReadEntries read,
           std::uint64_t log_size);
    Server(boost::asio::io_context& loop, ServerOptions options, House& house,
           eventlog::Reader& reader, std::uint64_t log_size)
        : Server(
              loop, std::move(options), house,
              [&reader](eventlog::Query query, std::function<void(eventlog::Reader::Page)> done) {
                  reader.query(std::move(query), std::move(done));
              },
              log_size) {}
    ~Server();  // closes every connection and removes the socket

    // The log has these now: feeds get them. States changed with them: watchers get those after.
    void committed(const std::vector<eventlog::Entry>& entries, const std::vector<State>& changes);

    // A damaged log was set aside; what is committed from now on is of the new one, whose indexes
    // begin at 0. Feeds end with `new_log`; states and alarms stand.
    void began_anew(std::uint64_t generation);

    [[nodiscard]] std::size_t clients() const;

  private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace sealwarden::local
