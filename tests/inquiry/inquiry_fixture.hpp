// A small site and a log that the test writes.
#pragma once

#include <gtest/gtest.h>

#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"
#include "tests/support/fake_door.hpp"

namespace sealwarden::test {

inline boost::asio::awaitable<nlohmann::json> put_to(FakeDoor* door, std::string call,
                                                     nlohmann::json arguments) {
    co_return door->answer(call, arguments);
}

// What was answered already.
inline boost::asio::awaitable<nlohmann::json> given(nlohmann::json answer) {
    co_return answer;
}

class Inquiry : public testing::Test {
  protected:
    using json = nlohmann::json;

    Inquiry() {
        site.site = "dc7";
        site.gateway = "gw1";
        site.doors = {{.id = "d07",
                       .name = {.en = "Dock 7", .es = "Andén 7"},
                       .contact = {.point = "io1.di0"}},
                      {.id = "d08",
                       .name = {.en = "Dock 8", .es = "Andén 8"},
                       .contact = {.point = "io1.di1"}}};
        site.seals = {
            {.id = "s07", .name = {.en = "Seal 7"}, .door = "d07", .intact = PointId{"io2.di0"}}};
        site.cameras = {{.id = "c07",
                         .name = {.en = "Camera 7"},
                         .operating = PointId{"io2.di1"},
                         .doors = {"d07"}}};
        site.devices = {{.id = "io1", .points = {"io1.di0", "io1.di1"}},
                        {.id = "io2", .points = {"io2.di0", "io2.di1"}}};
        begin = door.now;
    }

    inquiry::Ask ask() {
        return [this](std::string call, json arguments) {
            return put_to(&door, std::move(call), std::move(arguments));
        };
    }
    void boots() {
        door.say("boot", {{"gateway", "gw1"}}, {{"ended", "shutdown"}});
        regains("io1", "di0,di1");
        regains("io2", "di0,di1");
    }
    void regains(const std::string& device, const std::string& points) {
        door.say("coverage.regained", {{"device", device}}, {{"list", points}, {"still_lost", 0}});
    }
    void loses(const std::string& device, const std::string& points) {
        door.say("coverage.lost", {{"device", device}},
                 {{"list", points}, {"reason", "no_answer"}});
    }
    void passes(std::chrono::microseconds time) { door.passes(time); }
    [[nodiscard]] inquiry::Window whole() const { return {.since = begin, .until = door.now}; }
    [[nodiscard]] std::int64_t since_begin(const json& ts) const {
        return (ts.get<std::int64_t>() - inquiry::epoch_ms(begin)) / 1000;
    }

    SiteOptions site;
    FakeDoor door;
    WallTime begin;
};

}  // namespace sealwarden::test
