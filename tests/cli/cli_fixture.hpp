// The command line as people use it, against a door with a fake house behind it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "firmware/cli/verbs.hpp"
#include "tests/support/fake_house.hpp"
#include "tests/support/fake_log.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::test {

// A line with the units it was given, each with its holding register 0 and what it says it is.
class FakeWire final : public modbus::OneShot {
  public:
    explicit FakeWire(std::map<int, std::string> units) : units_{std::move(units)} {}
    modbus::OneAnswer ask(const modbus::Request& request, std::chrono::milliseconds) override;

  private:
    std::map<int, std::string> units_;
};

struct Said {
    int exit = -1;
    std::string out, err;
};

class Cli : public testing::Test {
  protected:
    Cli();
    ~Cli() override;

    void serves();  // the door, on a thread of its own
    // Runs one command line; words are cut at spaces, but not within double quotes.
    Said says(const std::string& command);
    [[nodiscard]] nlohmann::json json_of(const std::string& command);
    [[nodiscard]] nlohmann::json json_of_doctor();  // whatever else it finds on this machine
    [[nodiscard]] std::string doctor_says(const std::string& check);  // "level: reason"
    [[nodiscard]] std::filesystem::path socket() const { return directory_.path() / "door.sock"; }
    [[nodiscard]] std::filesystem::path config() const { return directory_.path() / "site.toml"; }

    TemporaryDirectory directory_;
    FakeHouse house_;
    FakeLog log_;
    std::map<int, std::string> units_{{1, "Moxa ioLogik"}};
    int looks_ = 2;  // how often a stream looks before it ends

  private:
    boost::asio::io_context loop_;
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard_;
    std::unique_ptr<local::Server> server_;
    std::jthread thread_;  // last
};

}  // namespace sealwarden::test
