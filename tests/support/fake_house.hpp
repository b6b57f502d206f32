// A gateway behind the local door that says what the test told it to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "firmware/local/server.hpp"

namespace sealwarden::test {

class FakeHouse final : public local::House {
  public:
    local::Identity identity() override { return identity_; }
    local::Status status() override { return status_; }
    std::vector<Reading> points() override { return points_; }
    std::vector<DeviceReport> buses() override { return devices_; }
    std::vector<State> states() override { return states_; }
    std::vector<Alarm> alarms() override { return alarms_; }
    Uptime now() override { return now_; }
    std::int64_t wall_ms(Uptime at) override {
        return epoch_ms +
               std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    }
    void command(Command command, Done done) override {
        commands.push_back(std::move(command));
        if (on_command) {
            on_command(commands.back(), std::move(done));
        } else {
            done("", 4711);
        }
    }
    void erase(local::Erasure erasure, Done done) override {
        erasures.push_back(std::move(erasure));
        done(erasures.back().entry == 4 ? "hold `case-17` covers entry 4: a trial" : "", 4711);
    }
    void make_export(local::Export wanted, Done done) override {
        exports.push_back(std::move(wanted));
        done(no_export, 4711);
    }
    std::string sign_bundle(const tlog::Hash& manifest) override {
        signed_manifests.push_back(manifest);
        return bundle_line;
    }
    void read_raw(local::RawRead question, std::function<void(local::RawAnswer)> done) override {
        raw_reads.push_back(question);
        done(raw_answer);
    }

    void seen(const local::Sighting& sighting, std::function<void(local::Seen)> done) override {
        sightings.push_back(sighting);
        done(seen_answer);
    }

    void anchor(local::Anchor anchor, std::function<void(eventlog::Anchored)> done) override {
        anchors.push_back(std::move(anchor));
        done(anchor_answer);
    }

    void contradicted(local::Contradiction said, Done done) override {
        contradictions.push_back(std::move(said));
        done(no_contradiction, 4711);
    }

    void used(local::Use use, Done done) override {
        uses.push_back(std::move(use));
        done(no_use, 4711);
    }
    void noticed(local::Notice notice, Done done) override {
        notices.push_back(std::move(notice));
        done("", 4711);
    }

    void picture(local::PictureNews news, Done done) override {
        pictures.push_back(std::move(news));
        done({}, 4711);
    }

    static constexpr std::int64_t epoch_ms = 1'795'500'000'000;  // 2026-11-24 05:20 UTC

    local::Identity identity_{
        .version = "0.1.0", .site = "dc7", .gateway = "gw1", .config_hash = "c0ffee", .boot = 37};
    local::Status status_;
    std::vector<Reading> points_;
    std::vector<DeviceReport> devices_;
    std::vector<State> states_;
    std::vector<Alarm> alarms_;
    Uptime now_{std::chrono::seconds{100}};
    local::RawAnswer raw_answer = std::vector<std::uint16_t>{1, 2};
    std::function<void(const Command&, std::function<void(std::string, std::uint64_t)>)> on_command;
    std::vector<Command> commands;
    std::vector<local::Erasure> erasures;
    std::string no_export;  // why exports are refused
    std::string bundle_line = "\xe2\x80\x94 sealwarden/dc7/gw1/bundle c2lnbmF0dXJl\n";
    std::vector<local::Export> exports;
    std::vector<tlog::Hash> signed_manifests;
    std::vector<local::RawRead> raw_reads;
    std::vector<local::Sighting> sightings;
    local::Seen seen_answer{.verdict = local::Seen::Verdict::agrees, .why = {}};
    std::vector<local::Anchor> anchors;
    std::vector<local::Contradiction> contradictions;
    std::vector<local::PictureNews> pictures;
    std::vector<local::Notice> notices;
    std::string no_contradiction;  // why they are refused
    std::vector<local::Use> uses;
    std::string no_use;  // why they are refused
    eventlog::Anchored anchor_answer{.result = eventlog::Anchored::Result::kept, .index = 4711};
};

}  // namespace sealwarden::test
