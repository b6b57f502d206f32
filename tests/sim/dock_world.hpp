// A site with six docks in virtual time: what stands there, what its devices tell, what people say
// they did, and what the gateway makes of it. What happens is planned by others (dock_people.hpp,
// adversaries.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/site.hpp"
#include "tests/sim/driver.hpp"
#include "tests/sim/planted.hpp"
#include "tests/sim/world.hpp"

namespace sealwarden::sim {

using Arguments = std::map<std::string, Datum>;

// What the gateway said to somebody's act.
struct Answer {
    Events said;
    [[nodiscard]] std::string refusal() const;  // empty: it was done
    // The id that the act gave: of the first subject of this kind.
    [[nodiscard]] std::string id(std::string_view kind) const;
};

class DockWorld {
  public:
    // `restart`: the gateway starts again then, and knows what its log tells.
    explicit DockWorld(std::uint64_t seed, std::optional<Uptime> restart = {});
    ~DockWorld();
    void run();

    // Planning.
    static constexpr int days = 7;  // the first one is a Monday
    [[nodiscard]] Uptime on(int day, Duration time) const {
        return start + std::chrono::hours{24} * day + time;
    }
    [[nodiscard]] Uptime now() const { return agenda_.now(); }
    void at(Uptime when, std::function<void()> what) { agenda_.at(when, std::move(what)); }
    std::int64_t random(std::int64_t from, std::int64_t to);
    bool chance(int percent) { return random(1, 100) <= percent; }
    Duration between(Duration from, Duration to) {
        return Duration{random(from.count(), to.count())};
    }
    [[nodiscard]] static std::string device_of(const std::string& door);
    // Whether all of these devices answer from a while before until a while behind.
    [[nodiscard]] bool watched(const std::set<std::string>& by, Uptime from, Uptime to) const;

    // What truly happens, now.
    void open(const std::string& door);
    void close(const std::string& door);
    void flick(const std::string& door);  // open for less than a poll
    void show_badge(std::int64_t number);
    void ask_to_leave();
    void seal_comes(const std::string& door, const std::string& number);  // an electronic one
    void seal_is_cut(const std::string& door);
    void seal_goes(const std::string& door);
    void camera(const std::string& camera, bool records);
    void mains(bool on);
    void lid(bool open);
    void dies(const std::string& device);
    void lives(const std::string& device, bool restarted = false);

    // What people say, now.
    Answer does(const std::string& act, const Arguments& arguments);
    // Somebody honest does it: a refusal is a complaint.
    Answer must(const std::string& act, const Arguments& arguments);
    void acknowledge();  // all that waits
    // Open cases about this.
    [[nodiscard]] std::vector<std::string> cases_about(const Subject& subject) const;
    [[nodiscard]] std::vector<std::string> open_cases() const;
    // That a case is about, and that nobody has decided.
    [[nodiscard]] std::vector<std::string> seals_in_doubt(const std::string& case_id) const;

    std::vector<Planted> planted;
    std::map<std::string, std::vector<Stretch>> blind;  // device -> when it did not answer
    std::vector<Input> inputs;
    Events events;
    std::vector<std::string> complaints;
    Uptime start, end;
    WallOffset wall;
    SiteOptions options;
    std::unique_ptr<Site> site;
    std::optional<Uptime> restarted;

  private:
    struct Truth;
    struct Wiring;

    void build();
    void build_doors(Wiring& wiring);
    void build_seals(Wiring& wiring);
    void build_others(Wiring& wiring);
    void bounce(const std::string& door, bool open);
    void changed(const std::string& device) { drivers_.at(device)->truth_changed(); }
    void restart();
    void keep(Events said);

    std::mt19937_64 generator_;
    Agenda agenda_;
    std::unique_ptr<Truth> truth_;
    std::map<std::string, std::unique_ptr<Driver>> drivers_;
    std::map<std::string, std::vector<Subject>> cases_;  // open -> about what
    std::set<std::string> in_doubt_;                     // seals
    std::int64_t commands_ = 0;
};

// All that a start finds in the log.
[[nodiscard]] SiteMemory memory_of(const Events& events, const WallOffset& wall);
// The same inputs given to a new site that is never ticked in between.
[[nodiscard]] Events replay(const DockWorld& world);

}  // namespace sealwarden::sim
