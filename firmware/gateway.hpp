// The loop: reading -> site -> log -> local door. One thread, one timer, never blocks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "drivers/durations.hpp"
#include "firmware/clock_watch.hpp"
#include "firmware/config/config.hpp"
#include "firmware/core/site.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/hardware.hpp"
#include "firmware/local/server.hpp"
#include "firmware/outside_watch.hpp"
#include "firmware/recorder.hpp"
#include "firmware/retention.hpp"
#include "firmware/signing_keys.hpp"
#include "firmware/signing_watch.hpp"

namespace sealwarden {

class Gateway final : local::House {
  public:
    // Opens the log, rebuilds the alarms from it, records the start, opens the local door and
    // starts the hardware. Throws std::runtime_error with one sentence when it cannot. `fronts`
    // tells how the processes beside this one fare; called on the loop.
    Gateway(boost::asio::io_context& loop, config::Config config, const Clock& clock,
            std::function<std::vector<local::Front>()> fronts);
    ~Gateway() override;
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Takes a checked configuration as one step: what did not change goes on without a gap. One
    // that changes what is fixed at the start (who we are, where the log and the keys lie) is
    // refused whole, recorded with the reason, and the old one stays: returns the reason, empty
    // when it was taken.
    std::string reload(config::Config next);
    // A configuration that was not taken: recorded with the reason, the old one stays.
    void reload_refused(const std::string& why);

    // Stops the hardware and records the end; `done` is called on the loop once that is on disk.
    void shut_down(const std::string& reason, std::function<void()> done);

    // Have the bus threads and the log thread all moved since the last call? For the watchdog.
    [[nodiscard]] bool has_progressed();

    [[nodiscard]] const config::Config& config() const { return config_; }

  private:
    void record_start(const ClockSample& now);
    void on_report(const BusReport& report);
    void on_committed(const eventlog::Committed& committed);
    void on_health(eventlog::Health health, std::string why);
    void deliver(Events events, Recorder::Done done = {});
    void paused(const BusReport& report);
    void try_to_resume();
    void carry_records();
    void carry_on();
    // Orders what is not so yet; with `anew`, again where it does not follow, or nobody knows.
    void switch_relays(bool anew);
    void forget_relays(bool rewired);
    void let_relays_go(Uptime until, const std::function<void()>& done);
    void close_log(const std::string& reason, std::function<void()> done);
    void arm_timer();
    void on_timer();
    void look_for_aged();
    void erase_aged(const eventlog::Reader::Page& page);
    [[nodiscard]] ReportSink sink();
    [[nodiscard]] Event config_in_force(const std::string& reason) const;
    [[nodiscard]] Event about_gateway(EventKind kind) const;

    // local::House
    local::Identity identity() override;
    local::Status status() override;
    std::vector<Reading> points() override;
    std::vector<DeviceReport> buses() override;
    std::vector<State> states() override;
    std::vector<Alarm> alarms() override;
    Uptime now() override;
    std::int64_t wall_ms(Uptime at) override;
    void command(Command command, Done done) override;
    void make_export(local::Export wanted, Done done) override;
    std::string sign_bundle(const tlog::Hash& manifest) override;
    void read_raw(local::RawRead question, std::function<void(local::RawAnswer)> done) override;
    void seen(const local::Sighting& sighting, std::function<void(local::Seen)> done) override;
    void anchor(local::Anchor anchor, std::function<void(eventlog::Anchored)> done) override;
    void contradicted(local::Contradiction said, Done done) override;
    void used(local::Use use, Done done) override;
    void picture(local::PictureNews news, Done done) override;
    void noticed(local::Notice notice, Done done) override;
    [[nodiscard]] eventlog::SigningState signing() const;
    void was_seen(const tlog::Head& head);
    [[nodiscard]] OutsideWatch::State outside() const;

    void erase(local::Erasure erasure, Done done) override;

    // While the log takes nothing, nothing is decided: readings pass by and are counted.
    struct Pause {
        Uptime since;
        std::uint64_t readings = 0;
    };

    // Posted hand-overs check it: the gateway may be gone by then. First, because the threads of
    // the members below carry it from their first moment.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    boost::asio::io_context& loop_;
    config::Config config_;
    const Clock& clock_;
    std::function<std::vector<local::Front>()> fronts_;
    Uptime started_;
    const SigningKeys keys_;
    eventlog::LogThread log_;
    std::uint64_t generation_;  // of the log, as far as the loop was told
    eventlog::Reader reader_;
    Site site_;
    Recorder recorder_;
    ClockWatch clock_watch_;
    SigningWatch signing_watch_;
    OutsideWatch outside_watch_;
    struct Ordered {
        bool on = false;
        Uptime at;
    };
    std::map<PointId, Ordered> ordered_;  // what each relay was last told to be
    std::uint64_t worth_seeing_ = 0;      // entries, without those last ones that record an anchor
    struct Outside {
        std::uint64_t size = 0;
        Uptime at;
    };
    std::optional<Outside> seen_outside_;  // the largest head of this generation
    std::set<std::string> foreign_heads_;  // places that hold one, said once each
    ClockSample sample_;                   // at the last look: for wall_ms
    AgedWalk aged_walk_;
    std::map<std::string, DeviceReport> devices_;
    std::optional<Pause> pause_;
    std::optional<std::size_t> carried_;  // where the records are that a new log still lacks
    eventlog::Health health_ = eventlog::Health::good;
    std::string health_why_;
    Durations commits_, syncs_, detection_, lag_;
    boost::asio::steady_timer timer_;
    Uptime timer_due_{};
    std::vector<std::uint64_t> progress_;
    std::unique_ptr<local::Server> door_;
    std::unique_ptr<Hardware> hardware_;  // last: its threads post to everything above
};

}  // namespace sealwarden
