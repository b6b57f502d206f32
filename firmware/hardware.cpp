#include "firmware/hardware.hpp"

#include <algorithm>
#include <iterator>

namespace sealwarden {

Hardware::Hardware(boost::asio::io_context& loop, const config::Config& config, const Clock& clock,
                   const ReportSink& sink) {
    for (const auto& chip : config.chips) {
        chips_[chip.id] =
            std::make_unique<gpio::Watch>(loop, chip, sink, [&clock] { return clock.uptime(); });
    }
    std::vector<modbus::TcpBuses::Endpoint> endpoints;
    for (const auto& bus : config.buses) {
        if (const auto* tcp = std::get_if<config::TcpBus>(&bus)) {
            endpoints.push_back({.tcp = tcp->tcp, .bus = tcp->bus});
            for (const auto& device : tcp->bus.devices) line_of_[device.id] = nullptr;
        } else {
            const auto& serial = std::get<config::SerialBus>(bus);
            lines_.push_back(std::make_unique<modbus::SerialLine>(serial.serial, serial.bus, sink));
            for (const auto& device : serial.bus.devices) line_of_[device.id] = lines_.back().get();
        }
    }
    if (endpoints.empty()) return;
    tcp_ = std::make_unique<modbus::TcpBuses>(std::move(endpoints),
                                              [sink](std::vector<BusReport> reports) {
                                                  for (auto& report : reports)
                                                      sink(std::move(report));
                                              });
}

bool Hardware::ask(const modbus::Question& question) {
    const auto found = line_of_.find(question.device);
    if (found == line_of_.end()) return false;
    if (found->second != nullptr)
        found->second->ask(question);
    else
        tcp_->ask(question);
    return true;
}

void Hardware::set(PointId point, bool on) {
    if (const auto chip = chips_.find(point.device()); chip != chips_.end()) {
        static_cast<void>(chip->second->set(point.point(), on));  // its level tells
        return;
    }
    const auto found = line_of_.find(point.device());
    if (found == line_of_.end()) return;
    ++*open_orders_;
    const modbus::RelayOrder order{.device = std::string{point.device()},
                                   .output = std::string{point.point()},
                                   .on = on,
                                   .done = [open = open_orders_](bool) { --*open; }};
    if (found->second != nullptr)
        found->second->set(order);
    else
        tcp_->set(order);
}

std::vector<gpio::Edges> Hardware::edges() const {
    std::vector<gpio::Edges> all;
    for (const auto& [id, chip] : chips_) std::ranges::move(chip->edges(), std::back_inserter(all));
    return all;
}

std::vector<std::uint64_t> Hardware::progress() const {
    std::vector<std::uint64_t> all;
    for (const auto& line : lines_) all.push_back(line->progress());
    if (tcp_) all.push_back(tcp_->progress());
    return all;
}

}  // namespace sealwarden
