// `sealwarden mqtt test`: does the broker take us, and does a message come back?
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "firmware/clock.hpp"
#include "firmware/mqtt/front.hpp"
#include "firmware/text/printable.hpp"

namespace sealwarden::mqtt_front {

using namespace std::chrono_literals;

namespace {

class SelfTest {
  public:
    SelfTest(const FrontOptions& options, bool as_json)
        : options_{options},
          as_json_{as_json},
          topic_{options.topics.base + "/selftest"},
          payload_{R"({"v":1,"selftest":)" +
                   std::to_string(clock_.uptime().time_since_epoch().count()) + "}"},
          reconnect_{options.broker.urls.size(), options.protocol, [] { return 0.0; },
                     clock_.uptime()},
          client_{as_tester(options.broker)} {}

    int run() {
        const auto until = clock_.uptime() + 30s;
        client_.connect(reconnect_.attempt());
        while (!result_) {
            const auto time = clock_.uptime();
            if (time >= until) say(1, "no answer within 30 s");
            if (return_by_ && time >= *return_by_) {
                say(1, "the broker acknowledged a message on " + topic_ +
                           " and did not pass it on: its access list denies it");
            }
            if (result_) break;
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                std::min(until, return_by_.value_or(until)) - time);
            pollfd waited{.fd = client_.descriptor(), .events = POLLIN, .revents = 0};
            ::poll(&waited, 1, static_cast<int>(left.count()));
            for (const auto& event : client_.take_events()) {
                std::visit([this](const auto& happened) { on(happened); }, event);
            }
        }
        client_.disconnect();
        if (as_json_) print_report();
        return *result_;
    }

  private:
    // An id of its own: the publisher that runs beside us keeps its connection.
    static PahoOptions as_tester(PahoOptions broker) {
        broker.client_id += "-test";
        return broker;
    }
    void tell(const std::string& line) const {
        if (!as_json_) fmt::print("{}\n", printable(line));
    }
    void say(int result, const std::string& line) {
        tell(line);
        report_["why"] = line;
        report_["ok"] = result == 0;
        result_ = result;
    }
    void print_report() const {
        using nlohmann::json;
        fmt::print("{}\n", report_.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    void on(const Connected& event) {
        report_["url"] = options_.broker.urls[reconnect_.attempt().broker];
        report_["protocol"] = event.broker.version == 5 ? "5" : "3.1.1";
        tell(fmt::format("connected to {} with MQTT {}",
                         report_["url"].get_ref<const std::string&>(),
                         report_["protocol"].get_ref<const std::string&>()));
        client_.subscribe(topic_);
    }
    void on(const ConnectFailed& event) {
        const auto tried = reconnect_.attempt();
        reconnect_.refused(event.why, clock_.uptime());
        ++attempts_;
        const auto& url = options_.broker.urls[tried.broker];
        tell(url + ": " + event.text);
        report_["refused"].push_back({{"url", url}, {"why", event.text}});
        const bool all_tried = attempts_ >= 3 * options_.broker.urls.size();
        const bool hopeless = options_.broker.urls.size() == 1 && event.why != Refusal::hung_up &&
                              event.why != Refusal::wrong_version;
        if (all_tried || hopeless) {
            say(1, "not connected");
            return;
        }
        client_.connect(reconnect_.attempt());
    }
    void on(const ConnectionLost& event) { say(1, "connection lost: " + event.text); }
    void on(const Subscribed& event) {
        if (!event.granted) {
            say(1, "may not subscribe to " + topic_ + ": " + event.text);
            return;
        }
        sent_ = clock_.uptime();
        client_.publish({.ticket = 1, .message = {.topic = topic_, .payload = payload_}});
    }
    // On 3.1.1 an acknowledgement says nothing: only the message that comes back does.
    void on(const Acknowledged&) { return_by_ = clock_.uptime() + 5s; }
    void on(const PublishFailed& event) {
        say(1, "may not publish to " + topic_ + ": " + event.text);
    }
    void on(const Received& event) {
        if (event.payload != payload_) return;
        const auto took_ms = static_cast<double>((clock_.uptime() - sent_).count()) / 1000;
        report_["round_trip_ms"] = took_ms;
        say(0, fmt::format("published and received on {} in {:.1f} ms", topic_, took_ms));
    }
    const FrontOptions& options_;
    bool as_json_;
    SystemClock clock_;
    std::string topic_, payload_;
    nlohmann::json report_{{"ok", false},
                           {"why", ""},
                           {"topic", topic_},
                           {"url", nullptr},
                           {"protocol", nullptr},
                           {"round_trip_ms", nullptr},
                           {"refused", nlohmann::json::array()}};
    Reconnect reconnect_;
    PahoClient client_;
    Uptime sent_;
    std::optional<Uptime> return_by_;
    std::size_t attempts_ = 0;
    std::optional<int> result_;
};

}  // namespace

int self_test(const FrontOptions& options, bool as_json) {
    return SelfTest{options, as_json}.run();
}

}  // namespace sealwarden::mqtt_front
