#include "firmware/local/client.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "firmware/local/greeting.hpp"
#include "tests/local/door_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// The server's loop turns on a thread of its own, as the client blocks.
class LocalDoorClient : public LocalDoor {
  protected:
    void serves() {
        opens();
        thread_ = std::jthread{[this] { loop_.run(); }};
    }
    template <class Work>
    void on_loop(Work work) {
        std::promise<void> done;
        boost::asio::post(loop_, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }
    void TearDown() override {
        if (!thread_.joinable()) return;
        on_loop([this] { server_.reset(); });
        guard_.reset();
        thread_.join();
    }

    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
        loop_.get_executor()};
    std::jthread thread_;
};

TEST_F(LocalDoorClient, AQuestionIsAnsweredAndARefusalHasItsCode) {
    serves();
    local::Client client{socket()};
    EXPECT_EQ(client.call("hello").at("site"), "dc7");
    try {
        client.call("query", {{"limit", 0}});
        FAIL();
    } catch (const local::Refused& refused) {
        EXPECT_EQ(refused.code, "usage");
        EXPECT_STREQ(refused.what(), "limit must be 1 to 1000");
    }
}

TEST_F(LocalDoorClient, AnotherSitesGatewayIsNotGreeted) {
    serves();
    local::Client client{socket()};
    SiteOptions site;
    site.site = "dc7";
    site.gateway = "gw1";
    EXPECT_EQ(local::greet(client, site).at("gateway"), "gw1");
    site.site = "dc8";
    try {
        local::greet(client, site);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(),
                     "it is dc7/gw1, and this configuration says dc8/gw1: restart the gateway, or "
                     "put the configuration back");
    }
}

TEST_F(LocalDoorClient, StreamLinesThatComeBeforeAnAnswerAreKept) {
    for (std::size_t i = 0; i < 1000; ++i) log_.entries.push_back(entry(i));
    serves();
    local::Client client{socket()};
    const auto feed = client.start("feed", {{"from", 0}});
    EXPECT_EQ(client.call("hello").at("size"), 1000);
    std::size_t seen = 0;
    while (seen < 1000) {
        const auto line = client.next(10s);
        ASSERT_TRUE(line);
        EXPECT_EQ(line->at("id"), feed);
        for (const auto& record : line->at("entries")) {
            EXPECT_EQ(record.dump(), log_.entries[seen++].bytes);
        }
    }
    EXPECT_FALSE(client.next(0ms));
    on_loop([this] { commits(1); });
    EXPECT_EQ(client.next(10s)->at("next"), 1001);
    client.cancel(feed);
    on_loop([this] { commits(1); });
    EXPECT_EQ(client.call("hello").at("size"), 1002);
    EXPECT_FALSE(client.next(0ms));
}

TEST_F(LocalDoorClient, AStreamThatIsRefusedSaysSoInItsLine) {
    serves();
    local::Client client{socket()};
    client.start("feed", {{"from", 7}});
    EXPECT_EQ(client.next(10s)->at("error").at("code"), "not_found");
}

TEST_F(LocalDoorClient, NobodyBehindTheDoorIsUnreachable) {
    EXPECT_THROW(local::Client{socket()}, local::Unreachable);
}

TEST_F(LocalDoorClient, ADoorThatClosesIsUnreachableAfterItsLastLine) {
    log_.entries.push_back(entry(0));
    serves();
    local::Client client{socket()};
    client.start("feed", {{"from", 0}});
    client.call("hello");
    on_loop([this] { server_.reset(); });
    EXPECT_TRUE(client.next(10s));
    EXPECT_THROW(client.next(10s), local::Unreachable);
    EXPECT_THROW(client.call("hello"), local::Unreachable);
}

TEST_F(LocalDoorClient, AGatewayThatHangsIsUnreachableInTime) {
    opens();  // nobody turns its loop
    local::Client client{socket(), 20ms};
    EXPECT_THROW(client.call("hello"), local::Unreachable);
}

// A program of the standard library alone, written from PROTOCOL.md.
TEST_F(LocalDoorClient, AForeignClientWrittenFromTheDocumentUnderstandsTheDoor) {
    for (std::size_t i = 0; i < 500; ++i) log_.entries.push_back(entry(i));
    house_.states_ = {{.subject = {.kind = "door", .id = "d07"}}};
    house_.on_command = [this](const Command&, auto done) {
        commits(1, "alarm.acknowledged");
        done("", log_.entries.size() - 1);
    };
    serves();
    const auto program =
        std::string{"/usr/bin/python3 " SEALWARDEN_SOURCE_DIR "/tests/local/foreign_client.py "} +
        socket().string();
    EXPECT_EQ(std::system(program.c_str()), 0);
}

}  // namespace
}  // namespace sealwarden::test
