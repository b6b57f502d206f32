// What buses say, as a test looks at it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "drivers/modbus/bus.hpp"

namespace sealwarden::test {

class Watcher {
  public:
    [[nodiscard]] ReportSink sink() {
        return [this](BusReport report) { take(std::move(report)); };
    }
    [[nodiscard]] modbus::TickSink tick_sink() {
        return [this](std::vector<BusReport> reports) {
            for (auto& report : reports) take(std::move(report));
        };
    }

    // Waits until it holds; false after `patience`.
    [[nodiscard]] bool until(const std::function<bool()>& condition,
                             std::chrono::seconds patience = std::chrono::seconds{30}) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, patience, condition);
    }
    [[nodiscard]] bool reads(PointId point, const Value& value) {
        return until([&] { return last(point) == std::variant<Value, Fault>{value}; });
    }
    [[nodiscard]] bool fails(PointId point, Fault fault) {
        return until([&] { return last(point) == std::variant<Value, Fault>{fault}; });
    }
    [[nodiscard]] bool says(const std::string& device, const std::string& error) {
        return until(
            [&] { return device_report(device).last_error.find(error) != std::string::npos; });
    }
    [[nodiscard]] DeviceReport report_of(const std::string& device) {
        const std::scoped_lock lock{mutex_};
        return device_report(device);
    }
    // Every value but faults that any point ever had.
    [[nodiscard]] std::map<PointId, std::vector<Value>> values() {
        const std::scoped_lock lock{mutex_};
        return values_;
    }

    // Did any point ever?
    [[nodiscard]] bool has_failed(Fault fault) {
        const std::scoped_lock lock{mutex_};
        return faults_.contains(fault);
    }

    // Only inside until().
    [[nodiscard]] std::variant<Value, Fault> last(PointId point) const {
        const auto found = last_.find(point);
        return found == last_.end() ? std::variant<Value, Fault>{Value{std::string{"not read"}}}
                                    : found->second;
    }
    [[nodiscard]] const DeviceReport& device_report(const std::string& device) {
        return devices_[device];
    }

  private:
    void take(BusReport report) {
        const std::scoped_lock lock{mutex_};
        for (auto& reading : report.readings) {
            if (const auto* value = reading.value()) values_[reading.point].push_back(*value);
            if (const auto* fault = std::get_if<Fault>(&reading.what)) faults_.insert(*fault);
            last_[reading.point] = std::move(reading.what);
        }
        for (auto& device : report.devices) devices_[device.device] = std::move(device);
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<PointId, std::variant<Value, Fault>> last_;
    std::map<PointId, std::vector<Value>> values_;
    std::set<Fault> faults_;
    std::map<std::string, DeviceReport> devices_;
};

}  // namespace sealwarden::test
