// A commissioned log on disk, written by the real log thread; its clock stands still until told.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <string>

#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "tests/cli/cli_fixture.hpp"

namespace sealwarden::test {

class StandingClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return now.uptime; }
    [[nodiscard]] ClockSample sample() const override { return now; }
    ClockSample now{.uptime = Uptime{std::chrono::seconds{1000}},
                    .wall = WallTime{std::chrono::seconds{1'795'500'000}},
                    .sync = "ntp",
                    .error_ms = 2};
};

class SignedLog : public Cli {
  protected:
    static std::string text_in(const std::filesystem::path& file) {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void is_commissioned(const std::vector<tlog::NoteKey>& witnesses = {},
                         const std::vector<std::string>& tsas = {}) {
        evidence::commission(files_,
                             {.origin = "sealwarden/dc7/gw1",
                              .now = std::chrono::floor<std::chrono::seconds>(clock_.now.wall),
                              .keys = 100,
                              .log = {.generation = 1, .size = 0, .root = tlog::sha256({})},
                              .witnesses = witnesses,
                              .tsas = tsas});
    }
    // A start of the gateway that writes so many entries, at most 2000 in a transaction, and ends.
    void writes(std::size_t entries, bool with_keys = true) {
        std::shared_ptr<tlog::Signer> signer;
        if (with_keys) {
            signer =
                std::make_shared<evidence::Keys>(files_, text_in(files_.log_key()).substr(0, 64));
        }
        std::promise<void> written;
        std::size_t left = entries;
        eventlog::LogThread log{{.directory = directory_.path(),
                                 .boot_id = "5d0c6b3e-0000-4000-8000-000000000001",
                                 .queue_limit = 1u << 20,
                                 .ballast_bytes = 0,
                                 .gateway = "gw1",
                                 .signer = signer},
                                clock_,
                                [&](const eventlog::Committed& what) {
                                    for (const auto& entry : what.entries) {
                                        if (entry.kind == "door.opened" && --left == 0)
                                            written.set_value();
                                    }
                                },
                                [](eventlog::Health, const std::string&) {}};
        for (std::size_t from = 0; from < entries; from += 2000) {
            Events events;
            for (auto i = from; i < std::min(entries, from + 2000); ++i) {
                Event event;
                event.kind = EventKind::door_opened;
                event.at = clock_.now.uptime;
                event.subjects = {{"door", i % 3 == 0 ? "d07" : "d08"}};
                events.push_back(std::move(event));
            }
            ASSERT_TRUE(log.append(std::move(events)));
        }
        written.get_future().wait();
    }
    void passes(std::chrono::microseconds time) {
        clock_.now.uptime += time;
        clock_.now.wall += time;
    }
    void change_database(const std::string& sql) {
        sqlite::Connection connection{eventlog::database_file(directory_.path()),
                                      sqlite::Access::write};
        connection.run(sql);
        connection.checkpoint(true);
    }
    std::string newest_note() {
        sqlite::Connection connection{eventlog::database_file(directory_.path()),
                                      sqlite::Access::read};
        auto select = connection.prepare("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1");
        EXPECT_TRUE(select.step());
        const auto note = select.blob(0);
        return {note.begin(), note.end()};
    }
    std::string keeps(const std::string& name, const std::string& bytes) {
        const auto file = directory_.path() / name;
        std::ofstream{file, std::ios::binary} << bytes;
        return file.string();
    }

    evidence::KeyFiles files_{directory_.path() / "keys"};
    StandingClock clock_;
};

}  // namespace sealwarden::test
