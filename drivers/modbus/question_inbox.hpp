// Questions on their way from the thread that asks to the thread of a bus. No lock: one thread
// asks, one takes.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <utility>

#include "drivers/modbus/question.hpp"

namespace sealwarden::modbus {

class QuestionInbox {
  public:
    QuestionInbox() = default;
    ~QuestionInbox() {
        take([](const Question& question) {
            question.done({.kind = Reply::Kind::not_asked,
                           .values = {},
                           .why = "the bus is being closed; ask again"});
        });
    }
    QuestionInbox(const QuestionInbox&) = delete;
    QuestionInbox& operator=(const QuestionInbox&) = delete;

    // The asking thread. A full inbox answers at once.
    void put(const Question& question) {
        if (!questions_.push(question))
            question.done({.kind = Reply::Kind::not_asked,
                           .values = {},
                           .why = "too many questions wait for this bus; try again"});
    }
    // The thread of the bus.
    template <class Take>
    void take(Take to) {
        questions_.consume_all([&](Question& question) { to(std::move(question)); });
    }

  private:
    // A bus takes them within one exchange, so more than this are a caller gone wild.
    static constexpr std::size_t capacity = 32;
    boost::lockfree::spsc_queue<Question, boost::lockfree::capacity<capacity>> questions_;
};

}  // namespace sealwarden::modbus
