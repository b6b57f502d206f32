// A site with people who may handle seals, a lot of them, and one dock.
#pragma once

#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {

class CustodyFixture : public ProceduresTest {
  protected:
    static constexpr const char* box = "MSCU6639870";
    static constexpr const char* other_box = "CSQU3054383";

    void SetUp() override {
        SiteOptions options;
        DoorOptions door;
        door.id = "d07";
        door.contact.point = PointId{"io1.di0"};
        options.doors.push_back(door);
        SealOptions reader;
        reader.id = "s07";
        reader.door = "d07";
        reader.number = PointId{"eseal.number"};
        reader.intact = PointId{"eseal.intact"};
        reader.tamper = PointId{"eseal.tamper"};
        options.seals.push_back(reader);
        builds(options);
        registers("ana", "seal", true);
        registers("eva", "seal", true);
        registers("dora", "seal", false);
        registers("beto", "stock", false);
        registers("carla", "supervise", true);
    }
    void registers(const std::string& person, const std::string& right, bool trained) {
        Arguments arguments{{"person", person}, {"name", person}, {"rights", right}};
        if (trained) arguments["trained_until"] = std::string{"2027-06-30"};
        can("person.add", arguments);
    }

    // HL100001 to HL100010.
    static Arguments lot(Arguments more = {}) {
        Arguments arguments{{"lot", "l1"},         {"maker", "Acme"},
                            {"seal_class", "H"},   {"certificate", "ISO17712-2026-118"},
                            {"first", "HL100001"}, {"last", "HL100010"},
                            {"person", "beto"}};
        for (auto& [name, datum] : more) arguments[name] = datum;
        return arguments;
    }
    void receives() { can("lot.receive", lot()); }
    void issues(const std::string& seal, const std::string& to = "ana") {
        can("seal.issue", {{"seal", seal}, {"to", to}, {"person", "beto"}});
    }
    static Arguments checked(const std::string& seal, const std::string& container,
                             Arguments more = {}) {
        Arguments arguments{{"seal", seal},     {"container", container}, {"view", "good"},
                            {"verify", "good"}, {"tug", "good"},          {"twist", "good"},
                            {"person", "ana"}};
        for (auto& [name, datum] : more) arguments[name] = datum;
        return arguments;
    }
    static Arguments affixing(const std::string& seal, const std::string& container,
                              Arguments more = {}) {
        auto arguments = checked(seal, container, std::move(more));
        arguments.try_emplace("hardware_checked", true);
        return arguments;
    }
    static Arguments removing(const std::string& seal, const std::string& container,
                              Arguments more = {}) {
        auto arguments = checked(seal, container, std::move(more));
        arguments.try_emplace("authority", "warehouse manager");
        arguments.try_emplace("reason", "unloading");
        return arguments;
    }
    static Arguments breaking(const std::string& seal, const std::string& container) {
        return {{"seal", seal},        {"container", container}, {"authority", "CBP"},
                {"officer", "J. Doe"}, {"reason", "exam"},       {"person", "ana"}};
    }
    static Arguments by(const std::string& person, const std::string& seal, Arguments more = {}) {
        Arguments arguments{{"seal", seal}, {"person", person}};
        for (auto& [name, datum] : more) arguments[name] = datum;
        return arguments;
    }
    // On a container, from the stock.
    void affixes(const std::string& seal, const std::string& container) {
        issues(seal);
        can("seal.affix", affixing(seal, container));
    }

    // Somebody else says it: a reader, a visit.
    void says(EventKind kind, std::vector<Subject> subjects, std::map<std::string, Datum> data) {
        Event event;
        event.kind = kind;
        event.at = now_;
        event.subjects = std::move(subjects);
        event.data = std::move(data);
        const auto before = events_.size();
        keep(site_->apply(std::move(event)));
        said.assign(events_.begin() + static_cast<std::ptrdiff_t>(before), events_.end());
    }
    void expects(const char* container, const char* seals) {
        says(EventKind::expected_given, {{"container", container}},
             {{"seals", std::string{seals}}});
    }
    void arrives(const char* container) {
        says(EventKind::visit_arrived, {{"visit", "v1"}, {"container", container}, {"door", "d07"}},
             {});
    }
    void departs(const char* container) {
        says(EventKind::visit_departed,
             {{"visit", "v1"}, {"container", container}, {"door", "d07"}}, {});
    }

    // What the last act said of this kind.
    [[nodiscard]] Event said_of(EventKind kind) const {
        for (const auto& event : said)
            if (event.kind == kind) return event;
        ADD_FAILURE() << "nothing said of " << to_string(kind);
        return {};
    }
    [[nodiscard]] static std::vector<std::string> ids(const Event& event, const std::string& kind) {
        std::vector<std::string> ids;
        for (const auto& subject : event.subjects)
            if (subject.kind == kind) ids.push_back(subject.id);
        return ids;
    }
    // By the newest event about it.
    [[nodiscard]] std::string state_of(const std::string& seal) const {
        for (auto event = history_.rbegin(); event != history_.rend(); ++event)
            if (event->subjects.front() == Subject{"seal_number", seal})
                return text(*event, "state");
        return "";
    }
};

}  // namespace sealwarden
