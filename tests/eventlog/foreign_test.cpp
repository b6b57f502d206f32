// A verifier that shares no line with us: tests/eventlog/verify_log.py, Python's standard library.
#include <fmt/format.h>

#include <cstdio>

#include "firmware/eventlog/directory.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

class ForeignTest : public LogTest {
  protected:
    struct Verdict {
        int status = -1;
        std::string said;
    };
    [[nodiscard]] Verdict verify() const {
        const auto command = fmt::format("/usr/bin/python3 {}/tests/eventlog/verify_log.py {}",
                                         SEALWARDEN_SOURCE_DIR, directory.path().string());
        Verdict verdict;
        auto* pipe = ::popen(command.c_str(), "r");
        char bytes[512];
        while (const auto length = std::fread(bytes, 1, sizeof bytes, pipe)) {
            verdict.said.append(bytes, length);
        }
        verdict.status = ::pclose(pipe);
        return verdict;
    }
    void SetUp() override {
        start();
        auto event = door_event(EventKind::badge_presented, "d07", clock.uptime());
        event.personal = {{"name", "Núñez\n\"x\"\x01\xFF"}};
        event.data = {{"text", "\x01\x1F\"\\/\x7F\u2028 Andén 😀 \xFF"},
                      {"none", std::monostate{}},
                      {"big", INT64_MAX},
                      {"small", std::int64_t{-1}},
                      {"yes", true}};
        event.after = event.at - std::chrono::milliseconds{100};
        auto large = event;
        large.data["note"] = std::string(9000, '\x02');
        append_and_wait({event, large});
        write(200);
        start();
        write(100);
    }
};

TEST_F(ForeignTest, OurLogIsRightInAnothersEyes) {
    stop();
    const auto verdict = verify();
    EXPECT_EQ(verdict.status, 0) << verdict.said;
    EXPECT_EQ(verdict.said,
              R"({"entries": 302, "subjects": 2, "boots": 2, "personal": 2, "erased": 0, )"
              R"("checkpoints": 0, "problems": 0})"
              "\n");
}

TEST_F(ForeignTest, ALogInUseCanBeVerified) {
    EXPECT_EQ(verify().status, 0);
    write(1);
    EXPECT_EQ(verify().status, 0);
}

TEST_F(ForeignTest, TheOtherSeesWhatWasChangedAnywhere) {
    stop();
    for (const auto* change : {
             "UPDATE entry SET bytes = CAST(replace(bytes, 'd08', 'd09') AS BLOB) WHERE i = 3",
             "UPDATE entry SET leaf = zeroblob(32) WHERE i = 9",
             "UPDATE entry SET kind = 'door.forced' WHERE i = 10",
             "UPDATE subject SET n = n + 1 WHERE v = 'd07'",
             "DELETE FROM entry_subject WHERE i = 20",
             "UPDATE personal SET payload = CAST('{}' AS BLOB) WHERE entry = 0",
             "DELETE FROM boot WHERE number = 1",
             "DELETE FROM entry WHERE i = 50",
         }) {
        const TempDirectory kept;
        std::filesystem::copy(database_file(directory.path()), kept.path() / "log.db");
        change_database(change);
        EXPECT_NE(verify().status, 0) << change;
        std::filesystem::copy_file(kept.path() / "log.db", database_file(directory.path()),
                                   std::filesystem::copy_options::overwrite_existing);
        EXPECT_EQ(verify().status, 0) << change;
    }
}

}  // namespace
}  // namespace sealwarden::eventlog
