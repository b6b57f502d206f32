#include "drivers/gpio/watch.hpp"

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "drivers/gpio/lines.hpp"

namespace sealwarden::gpio {
namespace asio = boost::asio;
using namespace std::chrono_literals;

struct Watch::State : std::enable_shared_from_this<Watch::State> {
    asio::io_context& loop;
    ChipOptions options;
    ReportSink sink;
    std::function<Uptime()> now;
    OpenChip open;
    Lines lines;
    asio::steady_timer timer;
    std::unique_ptr<Chip> chip;
    std::vector<asio::posix::stream_descriptor>
        descriptors;  // borrowed from the chip: released, never closed
    std::chrono::milliseconds retry = first_retry;
    DeviceReport report;
    bool stopped = false;

    static constexpr std::chrono::milliseconds first_retry = 250ms;
    static constexpr std::chrono::milliseconds last_retry = 5000ms;

    State(asio::io_context& on, ChipOptions chip_options, ReportSink to,
          std::function<Uptime()> clock, OpenChip opener)
        : loop{on},
          options{std::move(chip_options)},
          sink{std::move(to)},
          now{std::move(clock)},
          open{std::move(opener)},
          lines{options},
          timer{on} {
        report.device = report.bus = options.id;
    }

    void start() {
        OpenError error;
        chip = open(options, error);
        if (!chip) {
            lost(error.message);
            return;
        }
        retry = first_retry;
        for (const int descriptor : chip->descriptors()) descriptors.emplace_back(loop, descriptor);
        for (std::size_t i = 0; i < descriptors.size(); ++i) wait_for_edges(i);
        look();
    }

    void wait_for_edges(std::size_t index) {
        descriptors[index].async_wait(
            asio::posix::stream_descriptor::wait_read,
            [self = shared_from_this(), index](boost::system::error_code error) {
                if (error || self->stopped || index >= self->descriptors.size()) return;
                if (self->look()) self->wait_for_edges(index);
            });
    }

    // Drains, then looks at the levels, which win. False: the chip is gone.
    bool look() {
        std::vector<Edge> edges;
        const bool drained = chip->drain(edges);
        const auto levels = drained ? chip->levels() : std::nullopt;
        if (!levels) {
            lost("GPIO chip \"" + options.chip + "\" is gone; it is looked for again by itself");
            return false;
        }
        const auto at = now();
        const bool routine = edges.empty();
        const bool was_online = std::exchange(report.online, true);
        report.last_good = at;
        ++report.exchanges;
        report.last_error.clear();
        BusReport out{.bus = options.id, .readings = {}, .devices = {}};
        lines.looked(std::move(edges), *levels, at, out.readings);
        if (!was_online || routine) out.devices.push_back(report);
        sink(std::move(out));
        again_in(options.look_every);
        return true;
    }

    void lost(std::string why) {
        for (auto& descriptor : descriptors) descriptor.release();
        descriptors.clear();
        chip.reset();
        report.online = false;
        report.last_error = std::move(why);
        BusReport out{.bus = options.id, .readings = {}, .devices = {report}};
        lines.gone(now(), out.readings);
        sink(std::move(out));
        again_in(retry);
        retry = std::min(retry * 2, last_retry);
    }

    void again_in(std::chrono::milliseconds wait) {
        timer.expires_after(wait);
        timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (error || self->stopped) return;
            if (self->chip)
                self->look();
            else
                self->start();
        });
    }

    void stop() {
        stopped = true;
        timer.cancel();
        for (auto& descriptor : descriptors) descriptor.release();
        descriptors.clear();
        chip.reset();
    }
};

Watch::Watch(asio::io_context& loop, ChipOptions options, ReportSink sink,
             std::function<Uptime()> now, OpenChip open)
    : state_{std::make_shared<State>(loop, std::move(options), std::move(sink), std::move(now),
                                     std::move(open))} {
    asio::post(loop, [state = state_] {
        if (!state->stopped) state->start();
    });
}

bool Watch::set(std::string_view line, bool active) {
    const auto& lines = state_->options.lines;
    const auto found = std::ranges::find(lines, line, &LineOptions::id);
    if (found == lines.end() || !found->output || !state_->chip) return false;
    const auto index = static_cast<std::size_t>(found - lines.begin());
    const bool done = state_->chip->set(index, active);
    if (done) {
        // Not from inside of the caller: what he hears of it must find him ready.
        asio::post(state_->loop, [state = state_] {
            if (!state->stopped && state->chip) state->look();
        });
    }
    return done;
}

std::vector<Edges> Watch::edges() const {
    return state_->lines.edges();
}

Watch::~Watch() {
    state_->stop();
}

}  // namespace sealwarden::gpio
