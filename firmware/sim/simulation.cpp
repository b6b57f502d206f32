#include "firmware/sim/simulation.hpp"

#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <map>
#include <queue>
#include <stdexcept>

#include "firmware/sim/wires.hpp"

namespace sealwarden::sim {
namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

namespace {

// Which thing of the site stands on a point, and which counters move when it becomes active.
struct Meaning {
    std::optional<Subject> subject;
    std::vector<PointId> counters;
};

std::map<PointId, Meaning> meanings(const SiteOptions& site) {
    std::map<PointId, Meaning> all;
    const auto is = [&](const std::optional<PointId>& point, const Subject& subject) {
        if (point) all[*point].subject = subject;
    };
    const auto contact = [&](const ContactOptions& options, const Subject& subject) {
        is(options.point, subject);
        if (options.edge_counter) all[options.point].counters.push_back(*options.edge_counter);
    };
    for (const auto& door : site.doors) contact(door.contact, {"door", door.id});
    for (const auto& cabinet : site.cabinets) contact(cabinet.lid, {"cabinet", cabinet.id});
    for (const auto& seal : site.seals) {
        for (const auto& point :
             {seal.number, seal.present, seal.intact, seal.tamper, seal.battery_low}) {
            is(point, {"seal", seal.id});
        }
    }
    for (const auto& reader : site.readers) is(reader.number, {"reader", reader.id});
    for (const auto& camera : site.cameras) {
        for (const auto& point : {camera.operating, camera.recording, camera.untampered})
            is(point, {"camera", camera.id});
    }
    for (const auto& power : site.powers) {
        for (const auto& point : {power.on_battery, power.low_battery, power.charge})
            is(point, {"power", power.id});
    }
    return all;
}

std::string describe(const Value& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return "\"" + std::get<std::string>(value) + "\"";
}

std::string describe(const DeviceTrouble& trouble) {
    if (std::holds_alternative<Replaced>(trouble.what)) return "replaced";
    if (std::holds_alternative<Unplugged>(trouble.what)) return "unplugged";
    switch (std::get<Trouble>(trouble.what)) {
        case Trouble::none: return "well";
        case Trouble::dead: return "dead";
        case Trouble::slow: return "slow";
        case Trouble::exception: return "exception";
        case Trouble::garbage: return "garbage";
        case Trouble::partial: return "partial";
        case Trouble::wrong_unit: return "wrong-unit";
    }
    return "?";
}

}  // namespace

struct Simulation::State : std::enable_shared_from_this<Simulation::State> {
    const Clock& clock;
    std::function<void(const Deed&)> tell;
    Ask ask;
    std::map<PointId, Meaning> meaning;
    std::map<std::string, std::shared_ptr<Device>> devices;
    std::map<std::string, Board> boards;
    std::vector<TcpServer> servers;
    std::vector<RtuSlaves> lines;
    std::map<PointId, Value> values;  // as set last
    asio::steady_timer timer;
    Scenario scenario;
    double speed = 1;
    std::size_t next = 0;
    bool again = false;        // it was played once
    Steady::duration stood{};  // while acts were waiting for their answers
    Steady::time_point began;  // in the scenario's time
    struct Return {            // a step that ends
        Steady::time_point at;
        std::function<void()> back;
        bool operator<(const Return& other) const { return at > other.at; }  // earliest on top
    };
    std::priority_queue<Return> returns;

    State(asio::io_context& loop, const config::Config& site, const Clock& of,
          std::function<void(const Deed&)> to, Ask how)
        : clock{of},
          tell{std::move(to)},
          ask{std::move(how)},
          meaning{meanings(site.site)},
          timer{loop} {
        for (const auto& bus : site.buses) {
            std::visit([&](const auto& one) { serve(loop, one); }, bus);
        }
        for (const auto& chip : site.chips) {
            boards.emplace(std::piecewise_construct, std::forward_as_tuple(chip.id),
                           std::forward_as_tuple(loop, chip));
        }
    }

    Devices make(const modbus::BusOptions& bus) {
        Devices made;
        for (const auto& options : bus.devices) {
            made.push_back(std::make_shared<Device>(options.id, options.unit, options.profile));
            devices[options.id] = made.back();
        }
        return made;
    }
    void serve(asio::io_context& loop, const config::TcpBus& bus) {
        servers.emplace_back(loop, bus.tcp, make(bus.bus));
    }
    void serve(asio::io_context& loop, const config::SerialBus& bus) {
        lines.emplace_back(loop, bus.serial, make(bus.bus));
    }

    void set(PointId point, const Value& value, const std::string& say) {
        const std::string device{point.device()};
        const std::string name{point.point()};
        const auto at = clock.uptime();
        bool fits = false;
        if (const auto board = boards.find(device); board != boards.end()) {
            const auto* active = std::get_if<bool>(&value);
            fits = active != nullptr && board->second.set(name, *active, at);
        } else if (const auto found = devices.find(device); found != devices.end()) {
            fits = found->second->set(name, value);
        }
        if (!fits)
            throw std::invalid_argument{"the point " + point.name() + " cannot be " +
                                        describe(value)};
        const auto means = meaning.find(point);
        if (means != meaning.end() && value == Value{true} && values[point] != value)
            count(means->second);
        values[point] = value;
        tell({.at = at,
              .say = say,
              .what = point.name() + " = " + describe(value),
              .subject = means == meaning.end() ? std::nullopt : means->second.subject});
    }

    void count(const Meaning& means) {
        for (const auto counter : means.counters) {
            const auto device = devices.find(std::string{counter.device()});
            if (device != devices.end()) device->second->add(std::string{counter.point()}, 1);
        }
    }

    void trouble(const DeviceTrouble& trouble, bool ends, const std::string& say) {
        if (std::holds_alternative<Unplugged>(trouble.what)) {
            auto& board = boards.at(trouble.device);
            if (ends)
                board.plug();
            else
                board.unplug();
        } else if (std::holds_alternative<Replaced>(trouble.what)) {
            if (!ends) devices.at(trouble.device)->replace();
        } else {
            devices.at(trouble.device)
                ->trouble(ends ? Trouble::none : std::get<Trouble>(trouble.what));
        }
        tell({.at = clock.uptime(),
              .say = say,
              .what = trouble.device + ": " + (ends ? "well" : describe(trouble)),
              .subject = Subject{"device", trouble.device}});
    }

    void play(Scenario what, double at_speed) {
        scenario = std::move(what);
        speed = at_speed;
        next = 0;
        again = false;
        began = now();
        wait();
    }

    // The scenario's time, which stands still while an act waits for its answer.
    [[nodiscard]] Steady::time_point now() const { return Steady::now() - stood; }

    [[nodiscard]] Steady::duration scaled(std::chrono::milliseconds time) const {
        return std::chrono::duration_cast<Steady::duration>(
            std::chrono::duration<double, std::milli>(static_cast<double>(time.count()) / speed));
    }

    void wait() {
        std::optional<Steady::time_point> due;
        if (next < scenario.steps.size())
            due = began + scaled(scenario.steps[next].at);
        else if (scenario.repeat_after)
            due = began + scaled(*scenario.repeat_after);
        if (!returns.empty() && (!due || returns.top().at < *due)) due = returns.top().at;
        if (due) turn_at(*due + stood);
    }
    void turn_at(Steady::time_point when) {
        timer.expires_at(when);
        timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->turn();
        });
    }

    // One step or return after another, by their times: what is late stays in order.
    void turn() {
        for (;;) {
            const auto by = now();
            const auto step = next < scenario.steps.size()
                                  ? std::optional{began + scaled(scenario.steps[next].at)}
                                  : std::nullopt;
            if (!returns.empty() && returns.top().at <= by &&
                (!step || returns.top().at <= *step)) {
                const auto back = returns.top().back;
                returns.pop();
                back();
            } else if (step && *step <= by) {
                const auto& one = scenario.steps[next];
                if (!(one.once && again) && !perform(one)) {
                    constexpr auto patience = std::chrono::milliseconds{100};
                    stood += patience;
                    turn_at(Steady::now() + patience);
                    return;
                }
                ++next;
            } else {
                break;
            }
        }
        const bool over = next == scenario.steps.size() && scenario.repeat_after;
        if (over && began + scaled(*scenario.repeat_after) <= now()) {
            next = 0;
            again = true;
            began = now();
        }
        wait();
    }

    // False: nobody answered the act.
    bool perform(const Step& step) {
        if (const auto* act = std::get_if<Act>(&step.what)) return say(*act, step.say);
        std::function<void()> back;
        if (const auto* point = std::get_if<SetPoint>(&step.what)) {
            const auto before = values.find(point->point);
            const auto old = before != values.end() ? before->second : resting(point->to);
            set(point->point, point->to, step.say);
            back = [this, id = point->point, old] { set(id, old, ""); };
        } else if (const auto* of = std::get_if<DeviceTrouble>(&step.what)) {
            const auto device = *of;
            trouble(device, false, step.say);
            back = [this, device] { trouble(device, true, ""); };
        }
        if (step.lasts) returns.push({now() + scaled(*step.lasts), std::move(back)});
        return true;
    }

    bool say(const Act& act, const std::string& words) {
        const auto asked = Steady::now();
        const auto answer = ask ? ask(act) : std::nullopt;
        stood += Steady::now() - asked;
        if (!answer) return false;
        std::string what = act.name;
        for (const auto& [name, value] : act.arguments.items())
            what +=
                " " + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
        tell({.at = clock.uptime(),
              .say = words,
              .what = std::move(what),
              .subject = std::nullopt,
              .answer = answer});
        return true;
    }

    // What a point is like before anybody sets it.
    static Value resting(const Value& value) {
        if (std::holds_alternative<bool>(value)) return Value{!std::get<bool>(value)};
        if (std::holds_alternative<std::int64_t>(value)) return Value{std::int64_t{0}};
        return Value{std::string{}};
    }
};

Simulation::Simulation(asio::io_context& loop, const config::Config& site, const Clock& clock,
                       std::function<void(const Deed&)> tell, Ask ask)
    : state_{std::make_shared<State>(loop, site, clock, std::move(tell), std::move(ask))} {}

Simulation::~Simulation() {
    state_->timer.cancel();
}

void Simulation::play(Scenario scenario, double speed) {
    state_->play(std::move(scenario), speed);
}
void Simulation::set(PointId point, const Value& value) {
    state_->set(point, value, "");
}
void Simulation::trouble(const DeviceTrouble& trouble, bool ends) {
    state_->trouble(trouble, ends, "");
}

}  // namespace sealwarden::sim
