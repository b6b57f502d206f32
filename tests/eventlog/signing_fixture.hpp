// A log with keys, freshly commissioned, whose clock the test holds.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "firmware/eventlog/directory.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/evidence/epoch_state.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/proofs.hpp"
#include "firmware/tlog/sheet.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {

class SigningTest : public LogTest {
  protected:
    SigningTest() {
        sheet_ = evidence::commission(
            files_, {.origin = "sealwarden/dc7/gw1",
                     .now = std::chrono::floor<std::chrono::seconds>(clock.sample().wall),
                     .epoch = std::chrono::hours{1},
                     .keys = 100,
                     .log = {.generation = 1, .size = 0, .root = tlog::sha256({})}});
    }
    void start_signing() {
        log.reset();
        options.signer.reset();
        keys_ = std::make_shared<evidence::Keys>(files_, text_in(files_.log_key()).substr(0, 64));
        options.signer = keys_;
        start();
    }
    void stop_signing() {
        stop();
        options.signer.reset();
        keys_.reset();
    }
    void passes(std::chrono::microseconds time) {
        auto now = clock.sample();
        now.uptime += time;
        now.wall += time;
        clock.set(now);
    }
    void writes_one() {
        append_and_wait({door_event(EventKind::door_opened, "d07", clock.uptime())});
    }
    static std::string text_in(const std::filesystem::path& file) {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    std::vector<std::string> kinds() {
        std::vector<std::string> all;
        for (const auto& entry : ask({}).entries) all.push_back(entry.kind);
        return all;
    }
    tlog::Head head_of_entries(std::uint64_t generation = 1) {
        std::vector<tlog::Hash> leaves;
        for (const auto& entry : ask({}).entries) leaves.push_back(entry.leaf);
        const auto size = leaves.size();
        return {.generation = generation,
                .size = size,
                .root = tlog::root_of(tlog::HashesInMemory{std::move(leaves)}, size)};
    }
    // The head in a note that has both lines, of this epoch.
    tlog::Head head_in(const std::string& bytes, std::uint64_t generation, std::uint64_t epoch) {
        const auto note = tlog::parse_note(bytes);
        if (!note) return {};
        const auto name = tlog::log_name(sheet_.origin, generation);
        EXPECT_EQ(
            is_signed(*note, {.name = name, .type = tlog::KeyType::ed25519, .key = sheet_.log_key}),
            tlog::Signed::yes);
        EXPECT_EQ(is_signed(*note, {.name = tlog::epoch_name(sheet_.origin, generation, epoch),
                                    .type = tlog::KeyType::ed25519,
                                    .key = evidence::read_table(files_).at(epoch)}),
                  tlog::Signed::yes)
            << bytes;
        const auto checkpoint = tlog::parse_checkpoint(note->text);
        EXPECT_TRUE(checkpoint && checkpoint->origin == name);
        return {.generation = generation, .size = checkpoint->size, .root = checkpoint->root};
    }
    struct Row {
        std::uint64_t size = 0;
        std::int64_t closes = -1;
        std::string note;
    };
    std::vector<Row> checkpoints() {
        sqlite::Connection connection{database_file(options.directory), sqlite::Access::read};
        auto select = connection.prepare(
            "SELECT size, coalesce(closes, -1), note FROM checkpoint ORDER BY size");
        std::vector<Row> rows;
        while (select.step()) {
            const auto note = select.blob(2);
            rows.push_back({.size = static_cast<std::uint64_t>(select.number(0)),
                            .closes = select.number(1),
                            .note = {note.begin(), note.end()}});
        }
        return rows;
    }

    evidence::KeyFiles files_{directory.path() / "keys"};
    tlog::Sheet sheet_;
    std::shared_ptr<evidence::Keys> keys_;
};

}  // namespace sealwarden::eventlog
