// What the log does with a database that is not what it wrote: set it aside, begin a new one, say
// so.
#include <fmt/format.h>

#include <fstream>
#include <future>
#include <nlohmann/json.hpp>

#include "firmware/core/alarm.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/store.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;

class DamageTest : public LogTest {
  protected:
    void SetUp() override {
        start();
        write(1500);
        stop();
        change_database("SELECT 1");  // everything is in the database now, nothing beside it
    }
    // The log starts all the same; its first entry is handed over and says why.
    void expect_new_log(const std::string& reason) {
        start();
        EXPECT_EQ(log->size(), 0u);
        EXPECT_EQ(log->generation(), 2u);
        ASSERT_TRUE(heard->wait_for_entries(1));
        const auto first = heard->entries().at(0);
        EXPECT_EQ(first.index, 0u);
        EXPECT_EQ(first.kind, "log.recovered");
        EXPECT_EQ(text(first, "/data/reason"), nlohmann::json(reason).dump());
        EXPECT_EQ(text(first, "/data/set_aside"), R"("log.db.damaged-1")");
        EXPECT_EQ(text(first, "/data/generation"), "2");
        EXPECT_EQ(text(first, "/subj"), R"([{"k":"gateway","n":1,"p":-1,"v":"gw1"}])");
        EXPECT_TRUE(std::filesystem::exists(directory.path() / "log.db.damaged-1"));
        write(2);
        EXPECT_EQ(heard->entries().back().index, 2u);
    }
    void overwrite(std::size_t at, const std::string& bytes) const {
        std::fstream file{database_file(directory.path()),
                          std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(static_cast<std::streamoff>(at));
        file << bytes;
    }
};

TEST_F(DamageTest, AHealthyLogIsLeftAlone) {
    start();
    EXPECT_EQ(log->size(), 1500u);
    EXPECT_FALSE(newest_set_aside(directory.path()));
}

TEST_F(DamageTest, ARecordChangedInPlaceIsFoundByItsHash) {
    change_database(
        "UPDATE entry SET bytes = CAST(replace(bytes, 'd08', 'd09') AS BLOB) "
        "WHERE i = 1400");
    expect_new_log("entry 1400 does not have its hash");
    EXPECT_EQ(text(heard->entries().at(0), "/data/last_index"), "1499");
}

TEST_F(DamageTest, AHashChangedInPlaceIsFound) {
    change_database("UPDATE entry SET leaf = zeroblob(32) WHERE i = 1499");
    expect_new_log("entry 1499 does not have its hash");
}

TEST_F(DamageTest, AColumnThatContradictsItsRecordIsFound) {
    change_database("UPDATE entry SET wall_us = wall_us - 1 WHERE i = 1000");
    expect_new_log("entry 1000 says something else than its row");
}

TEST_F(DamageTest, AMissingEntryIsFound) {
    change_database("DELETE FROM entry WHERE i = 1450");
    expect_new_log("entry 1450 is missing");
}

TEST_F(DamageTest, ACutTailIsFoundByTheSubjectsCounters) {
    change_database("DELETE FROM entry WHERE i >= 1490");
    expect_new_log("the counter of door d07 is not that of its last entry");
}

TEST_F(DamageTest, TheBootNumberGoesOnInTheNewLog) {
    change_database("DELETE FROM entry WHERE i = 1450");
    start();
    EXPECT_EQ(log->boot_number(), 2u);
    ASSERT_TRUE(heard->wait_for_entries(1));
    start();
    EXPECT_EQ(log->boot_number(), 3u);
    EXPECT_EQ(log->generation(), 2u);
    EXPECT_EQ(log->size(), 1u) << "recovered once, not at every start";
}

TEST_F(DamageTest, AFileThatIsNoDatabaseIsSetAside) {
    overwrite(0, std::string(4096, 'x'));
    start();
    ASSERT_TRUE(heard->wait_for_entries(1));
    EXPECT_EQ(heard->entries()[0].kind, "log.recovered");
    EXPECT_EQ(text(heard->entries()[0], "/data/last_index"), "null");
    EXPECT_EQ(log->generation(), 2u);
}

TEST_F(DamageTest, AStartThatDiedBetweenSettingAsideAndBeginningIsFinishedByTheNext) {
    change_database("DELETE FROM entry WHERE i = 1450");
    set_aside(directory.path());
    expect_new_log("the log before was set aside");
    EXPECT_EQ(text(heard->entries().at(0), "/data/last_index"), "1499");
}

TEST_F(DamageTest, AStartThatDiedBeforeItsFirstEntryStillTellsOfTheRecovery) {
    change_database("DELETE FROM entry WHERE i = 1450");
    set_aside(directory.path());
    {
        const Store begun{directory.path(), "entry 1450 is missing"};
    }
    expect_new_log("entry 1450 is missing");
}

TEST_F(DamageTest, DamageAfterDamageCountsOn) {
    for (std::uint64_t generation = 2; generation < 5; ++generation) {
        overwrite(0, std::string(4096, 'x'));
        std::error_code ignored;
        std::filesystem::remove(directory.path() / "log.db-wal", ignored);
        start();
        ASSERT_TRUE(heard->wait_for_entries(1));
        EXPECT_EQ(log->generation(), generation);
        EXPECT_EQ(newest_set_aside(directory.path())->number, generation - 1);
        stop();
    }
}

// SQLite sees almost none of these; a record's own hash sees all of them. Bytes that belong to no
// record of the tail may change unnoticed here: the tree over all leaves is the next floor.
TEST_F(DamageTest, NoBitOfTheTailsRecordsCanFlipUnnoticed) {
    std::ifstream file{database_file(directory.path()), std::ios::binary};
    const std::string database{std::istreambuf_iterator<char>{file}, {}};
    file.close();
    const auto record = database.find(R"("i":1499,)");
    ASSERT_NE(record, std::string::npos);
    for (const std::size_t offset : {0u, 5u, 40u, 90u, 150u}) {
        auto flipped = database[record + offset];
        flipped = static_cast<char>(flipped ^ 0x10);
        const TempDirectory copy;
        std::ofstream{database_file(copy.path()), std::ios::binary}
            << database.substr(0, record + offset) << flipped
            << database.substr(record + offset + 1);
        auto given = options;
        given.directory = copy.path();
        Heard other;
        const auto opened = open_log(given, clock, other);
        EXPECT_EQ(opened->generation(), 2u) << offset;
    }
}

TEST_F(DamageTest, ADatabaseRemovedUnderTheRunningLogIsNoticedAndANewOneBegins) {
    start();
    write(1);
    std::filesystem::remove(database_file(directory.path()));
    ASSERT_TRUE(heard->wait_for_entries(2));
    EXPECT_EQ(heard->entries()[1].kind, "log.recovered");
    EXPECT_EQ(heard->entries()[1].index, 0u);
    EXPECT_EQ(heard->generation(), 2u);
    Query query;
    EXPECT_EQ(ask(query).entries.size(), 1u);
}

// What the next start has to know is carried over in the transaction that begins the new log.
class CarryTest : public DamageTest {
  protected:
    Event alarm(EventKind kind, const std::string& door, AlarmState state, std::uint32_t count) {
        const Alarm told{.id = "door-held-" + door,
                         .kind = "door-held",
                         .source = {"door", door},
                         .priority = Priority::medium,
                         .state = state,
                         .active = state != AlarmState::rtn_unack && state != AlarmState::normal,
                         .count = count,
                         .raised_at = clock.uptime() - 60s,
                         .cleared_at = {},
                         .acknowledged_by = {}};
        auto event = door_event(kind, door, clock.uptime());
        event.subjects = {{"alarm", told.id}, {"door", door}};
        event.data = alarm_data(told, clock.uptime());
        return event;
    }
    void raise_some() {
        auto identified = door_event(EventKind::device_identified, "", clock.uptime());
        identified.subjects = {{"device", "io1"}};
        identified.data = {{"identity", "Moxa E1210 V3.2"}};
        using enum EventKind;
        using enum AlarmState;
        append_and_wait({std::move(identified), alarm(alarm_raised, "d07", unack_active, 1),
                         alarm(alarm_raised, "d08", unack_active, 1),
                         alarm(alarm_acknowledged, "d08", ack_active, 1),
                         alarm(alarm_raised, "d09", unack_active, 1),
                         alarm(alarm_cleared, "d09", rtn_unack, 1),
                         alarm(alarm_acknowledged, "d09", normal, 1)});
    }
    [[nodiscard]] static std::vector<std::string> kinds(const std::vector<Entry>& entries) {
        std::vector<std::string> all;
        for (const auto& entry : entries) all.push_back(entry.kind);
        return all;
    }
    void expect_two_alarms_and_the_identity(const SiteMemory& memory) {
        ASSERT_EQ(memory.alarms.size(), 2u);
        EXPECT_EQ(memory.alarms[0].id, "door-held-d07");
        EXPECT_EQ(memory.alarms[0].state, AlarmState::unack_active);
        EXPECT_EQ(memory.alarms[0].raised_at, clock.uptime() - 60s) << "keeps its age";
        EXPECT_EQ(memory.alarms[1].id, "door-held-d08");
        EXPECT_EQ(memory.alarms[1].state, AlarmState::ack_active);
        EXPECT_EQ(memory.identities.at("io1"), "Moxa E1210 V3.2");
    }
    const std::vector<std::string> opening{"log.recovered", "alarm.carried", "alarm.carried",
                                           "device.identified"};
};

TEST_F(CarryTest, AlarmsAndIdentitiesGoOverWhenTheStartSetsTheLogAside) {
    start();
    raise_some();
    stop();
    change_database("UPDATE entry SET leaf = zeroblob(32) WHERE i = 1400");
    start();
    EXPECT_TRUE(log->began_anew());
    expect_two_alarms_and_the_identity(log->memory(clock.sample()));
    ASSERT_TRUE(heard->wait_for_entries(4));
    EXPECT_EQ(kinds(heard->entries()), opening);
    start();
    EXPECT_FALSE(log->began_anew());
    expect_two_alarms_and_the_identity(log->memory(clock.sample()));
}

TEST_F(CarryTest, AlarmsAndIdentitiesGoOverWhenTheLogIsSetAsideWhileRunning) {
    start();
    raise_some();
    const auto before = heard->entries().size();
    std::filesystem::remove(database_file(directory.path()));
    ASSERT_TRUE(heard->wait_for_entries(before + 4));
    const auto entries = heard->entries();
    EXPECT_EQ(kinds({entries.begin() + static_cast<std::ptrdiff_t>(before), entries.end()}),
              opening);
    EXPECT_EQ(heard->generation(), 2u);
    start();
    expect_two_alarms_and_the_identity(log->memory(clock.sample()));
}

TEST_F(CarryTest, AnAlarmEntryWithoutItsHashIsPassedOverForTheOneBefore) {
    start();
    raise_some();
    stop();
    change_database("UPDATE entry SET leaf = zeroblob(32) WHERE i = 1503");  // d08 acknowledged
    start();
    const auto alarms = log->memory(clock.sample()).alarms;
    ASSERT_EQ(alarms.size(), 2u);
    EXPECT_EQ(alarms[1].id, "door-held-d08");
    EXPECT_EQ(alarms[1].state, AlarmState::unack_active);
}

TEST_F(DamageTest, AReaderFollowsTheNewDatabase) {
    start();
    Reader reader{directory.path()};
    const auto first_kind = [&] {
        std::promise<std::string> kind;
        reader.query({}, [&](const Reader::Page& page) {
            kind.set_value(page.entries.empty() ? page.error : page.entries[0].kind);
        });
        return kind.get_future().get();
    };
    EXPECT_EQ(first_kind(), "door.opened");
    stop();
    change_database("DELETE FROM entry WHERE i = 1450");
    start();
    ASSERT_TRUE(heard->wait_for_entries(1));
    EXPECT_EQ(first_kind(), "log.recovered");
}

}  // namespace
}  // namespace sealwarden::eventlog
