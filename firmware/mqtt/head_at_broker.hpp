// The log's newest signed head at the broker (topic `checkpoint`). What is retained there is read
// and reported to the gateway before ours goes over it: a log that was rolled back is told by it.
// What the broker has taken of ours is reported too: then it is known that heads leave the gateway.
// Pure: time, the broker's words and the gateway's are arguments.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "firmware/mqtt/message.hpp"

namespace sealwarden::mqtt_front {

class HeadAtBroker {
  public:
    // Sent at most once in `pause`. Brokers tell retained messages right behind the answer to the
    // subscription; after `patience` there is none.
    static constexpr std::chrono::seconds pause{1}, patience{2};
    // For a broker that does not even answer the subscription; for one that refuses our message;
    // for a gateway that could not compare.
    static constexpr std::chrono::seconds longest_patience{10}, refused_wait{10}, again_after{5};
    // Between two reports of what the broker has taken.
    static constexpr std::chrono::seconds taken_pause{10};

    explicit HeadAtBroker(std::string topic) : topic_{std::move(topic)} {}
    [[nodiscard]] const std::string& topic() const { return topic_; }

    // The broker. `retains`: it keeps retained messages; else nothing is asked.
    void connected(bool retains, Uptime now);
    void disconnected();
    void subscribed(bool granted, Uptime now);
    void received(std::string payload);  // on topic()
    void acknowledged();
    void refused(Uptime now);

    // The gateway.
    void door_opened();  // it may have begun anew, and is told again what was found
    void look();         // there may be a newer head
    struct Report {
        std::optional<std::string> note;  // empty: none is retained
    };
    // What the gateway has to be told of, of what was found before anything is sent; reported()
    // follows.
    [[nodiscard]] std::optional<Report> to_report(Uptime now);
    void reported(const std::string& verdict, Uptime now);  // PROTOCOL.md, `seen`
    // Is the gateway to be asked for its newest head? newest() follows: its state and the note, or
    // an empty note when there is none.
    [[nodiscard]] bool wanted(Uptime now) const;
    void newest(const std::string& state, std::string note, Uptime now);

    [[nodiscard]] std::optional<Message> next(Uptime now);
    [[nodiscard]] std::optional<Uptime> deadline() const;

  private:
    //   away --connected--> asking --read, or nothing there--> reporting --agrees, not ours--> open
    //                                                            |  ^                          |
    //                                          contradicts  <----+  +---- another one came ----+
    //                                               |
    //                                               v  what is there is evidence: nothing is sent
    //                                            shut --the gateway began anew--> reporting
    enum class State { away, asking, reporting, open, shut };

    static constexpr std::size_t echoes = 16;  // notes of ours that may come back to us

    std::string topic_;
    State state_ = State::away;
    Uptime asking_until_, report_from_, send_from_, ask_from_, tell_from_;
    std::optional<std::string> found_;  // newest known to be at the broker
    std::optional<std::string> taken_;  // newest of ours that it acknowledged, not yet reported
    std::deque<std::string> sent_;
    std::optional<std::string> waiting_;  // to be sent
    bool in_flight_ = false, look_ = false;
};

}  // namespace sealwarden::mqtt_front
