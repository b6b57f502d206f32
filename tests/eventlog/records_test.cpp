// The newest state of each subject, for lists and for the next start.
#include <nlohmann/json.hpp>

#include "firmware/core/access/people.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

class RecordsTest : public LogTest {
  protected:
    void SetUp() override { start(); }
    [[nodiscard]] Event person(EventKind kind, const std::string& id,
                               const std::string& rights) const {
        Person person;
        person.rights = split(rights);
        person.name = "Name of " + id;
        Event event;
        event.kind = kind;
        event.at = clock.uptime();
        event.subjects = {{"person", id}};
        write_fields(person, Now{event.at, {}}, event);
        return event;
    }
    // Another entry that names the person, as a badge does.
    [[nodiscard]] Event names(const std::string& id) const {
        Event event = door_event(EventKind::access_granted, "d07", clock.uptime());
        event.subjects.push_back({"person", id});
        return event;
    }
    [[nodiscard]] std::vector<std::string> found(Query query) {
        query.records = "person";
        std::vector<std::string> list;
        last_page = ask(query);
        for (const auto& entry : last_page.entries) {
            const auto record = nlohmann::json::parse(entry.bytes);
            list.push_back(record["subj"][0]["v"].get<std::string>() + ":" +
                           record["data"]["rights"].get<std::string>());
        }
        return list;
    }
    // What the next start reads, each once.
    [[nodiscard]] std::vector<Record> remembered() const {
        std::vector<Record> records;
        log->memory(clock.sample()).stored([&](const Record& one) { records.push_back(one); });
        return records;
    }
    Reader::Page last_page;
};

using enum EventKind;
using Found = std::vector<std::string>;

TEST_F(RecordsTest, EachSubjectsNewestStateIsFoundThoseThatChangedLastFirst) {
    append_and_wait({person(person_registered, "ana", "seal"),
                     person(person_registered, "ben", "seal"),
                     person(person_changed, "ana", "seal,stock")});
    EXPECT_EQ(found({}), (Found{"ana:seal,stock", "ben:seal"}));
}

TEST_F(RecordsTest, AnEntryThatOnlyNamesTheSubjectIsNotItsState) {
    append_and_wait({person(person_registered, "ana", "seal"), names("ana"), names("ben")});
    EXPECT_EQ(found({}), Found{"ana:seal"});
}

TEST_F(RecordsTest, PagesGoOnWhereTheyEnded) {
    append_and_wait({person(person_registered, "ana", "a"), person(person_registered, "ben", "b"),
                     person(person_registered, "cid", "c"), names("ana")});
    EXPECT_EQ(found({.limit = 2}), (Found{"cid:c", "ben:b"}));
    EXPECT_TRUE(last_page.more);
    EXPECT_EQ(found({.before = last_page.next, .limit = 2}), Found{"ana:a"});
    EXPECT_FALSE(last_page.more);
}

TEST_F(RecordsTest, WhatIsKeptAboutPersonsIsGivenOnlyWhenAskedFor) {
    append_and_wait({person(person_registered, "ana", "a")});
    EXPECT_EQ(found({}), Found{"ana:a"});
    EXPECT_TRUE(last_page.personal.empty());
    EXPECT_EQ(found({.with_personal = true}), Found{"ana:a"});
    EXPECT_EQ(last_page.personal.at(0).at("name"), "Name of ana");
}

TEST_F(RecordsTest, OneSubjectIsFoundByItself) {
    append_and_wait({person(person_registered, "ana", "a"), person(person_registered, "ben", "b")});
    EXPECT_EQ(found({.subject = Subject{"person", "ben"}}), Found{"ben:b"});
    EXPECT_EQ(found({.subject = Subject{"person", "nobody"}}), Found{});
}

TEST_F(RecordsTest, AStartRemembersThemWithWhatIsKeptBesideThem) {
    append_and_wait(
        {person(person_registered, "ana", "a"), person(person_changed, "ana", "b"), names("ana")});
    start();
    const auto records = remembered();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].kind, person_changed);
    EXPECT_EQ(records[0].subject, (Subject{"person", "ana"}));
    EXPECT_EQ(records[0].at, clock.uptime());
    const auto person = read_fields<Person>(records[0], Now{clock.uptime(), {}});
    ASSERT_TRUE(person);
    EXPECT_EQ(person->rights, (std::vector<std::string>{"b"}));
    EXPECT_EQ(person->name, "Name of ana");
}

TEST_F(RecordsTest, AStartKnowsOfEachDoorItsNewestMovementAndHowItsCounterStood) {
    const auto told = [&](EventKind kind, std::map<std::string, Datum> data) {
        auto event = door_event(kind, "d07", clock.uptime());
        event.data = std::move(data);
        return event;
    };
    append_and_wait(
        {told(door_opened, {{"counter", std::int64_t{7}}}),
         told(door_closed, {{"counter", std::int64_t{8}}, {"uncounted", std::int64_t{1}}}),
         told(door_unknown, {{"why", std::string{"fault"}}}),
         told(door_closed, {{"from", std::string{"unknown"}}})});
    start();
    auto records = remembered();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].kind, door_recounted);
    EXPECT_EQ(records[0].data, (RecordData{{"counter", std::int64_t{8}},
                                           {"lost", false},
                                           {"open", false},
                                           {"uncounted", std::int64_t{1}}}));
    EXPECT_EQ(records[1].kind, door_closed);
    EXPECT_EQ(records[1].subject, (Subject{"door", "d07"}));
    append_and_wait({told(door_recounted, {{"counter", std::int64_t{9}}}),
                     told(door_unknown, {{"why", std::string{"cut"}}})});
    start();
    records = remembered();
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[2].kind, door_unknown);
    EXPECT_EQ(*records[2].data.find("lasts"), Datum{true}) << "nobody mended the wire";
    EXPECT_EQ(*records[0].data.find("counter"), Datum{std::int64_t{9}});
    EXPECT_EQ(*records[0].data.find("lost"), Datum{true}) << "it is unknown since";
}

TEST_F(RecordsTest, AStartFindsADoorsCounterBehindHundredsOfStartsBesideASilentModule) {
    const auto told = [&](EventKind kind, std::map<std::string, Datum> data) {
        auto event = door_event(kind, "d07", clock.uptime());
        event.data = std::move(data);
        return event;
    };
    Events events{told(door_closed, {{"counter", std::int64_t{8}}})};
    for (int i = 0; i < 400; ++i)
        events.push_back(told(door_unknown, {{"why", std::string{"fault"}}}));
    append_and_wait(std::move(events));
    start();
    const auto records = remembered();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(*records[0].data.find("counter"), Datum{std::int64_t{8}});
}

TEST_F(RecordsTest, AStateCarriedIntoANewLogCountsAsTheKindItWasToldBy) {
    Person ana;
    ana.rights = {"a"};
    append_and_wait(
        {carried_record(Subject{"person", "ana"}, person_revoked, ana, Now{clock.uptime(), {}})});
    EXPECT_EQ(found({}), Found{"ana:a"});
    start();
    const auto records = remembered();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].kind, person_revoked);
}

TEST_F(RecordsTest, AStartInTheMiddleOfCarryingReadsTheRestWhereItWas) {
    append_and_wait({person(person_registered, "ana", "a"), person(person_registered, "ben", "b"),
                     person(person_registered, "cid", "c")});
    stop();
    change_database("UPDATE entry SET leaf = zeroblob(32) WHERE i = 2");
    start();
    EXPECT_TRUE(log->lacks_records());
    ASSERT_EQ(remembered().size(), 2u) << "all but the damaged one";
    append_and_wait({person(person_changed, "ana", "a,more")});
    start();
    EXPECT_FALSE(log->began_anew());
    EXPECT_TRUE(log->lacks_records());
    const auto records = remembered();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].subject.id, "ben");
    EXPECT_EQ(records[1].subject.id, "ana");
    EXPECT_EQ(*records[1].data.find("rights"), Datum{std::string{"a,more"}});

    auto carried = names("ben");
    carried.kind = log_carried;
    append_and_wait({std::move(carried)});
    start();
    EXPECT_FALSE(log->lacks_records());
    ASSERT_EQ(remembered().size(), 1u) << "of the log set aside nothing is read any more";
}

TEST_F(RecordsTest, TextsThatNeedEscapesAndThoseThatDoNotAreReadAlike) {
    const std::string plain = "Dock 7, Andén";
    const std::string quoted = "\"7\"\\\n\x01";
    for (const auto& text : {plain, quoted, plain + quoted}) {
        auto ana = person(person_changed, "ana", "a");
        ana.data["reason"] = text;
        ana.data["valid_until_ts"] = std::int64_t{-1};
        ana.data["trained_until_ts"] = Datum{};
        append_and_wait({ana});
        start();
        const auto records = remembered();
        ASSERT_EQ(records.size(), 1u);
        EXPECT_EQ(records[0].data, RecordData{ana.data}) << text;
        EXPECT_EQ(records[0].personal, ana.personal);
    }
}

TEST_F(RecordsTest, AStateWhoseHashDoesNotHoldIsPassedOverForTheOneBefore) {
    append_and_wait({person(person_registered, "ana", "a"), person(person_changed, "ana", "b")});
    change_database("UPDATE entry SET leaf = zeroblob(32) WHERE i = 1");
    EXPECT_EQ(found({}), Found{"ana:a"});
}

}  // namespace
}  // namespace sealwarden::eventlog
