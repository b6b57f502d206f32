// Which late answers of one unit may still come, on a line where nothing ties an answer to its
// request (RTU). Pure.
//
// The trap: after one late answer, every request is answered by the answer to the one before it,
// for ever, without an error (traps.md LM-1). Reading the same thing twice does not show it: two
// retries of one read leave two equal stragglers behind, and they agree with each other.
//
// What does show it: an answer that fits this request and none of the last ones. Answers come in
// the order of their requests, so once such an answer is here, nothing older is left. An answer is
// told by its function and its length (an exception by its function alone); where the request
// wanted looks like a recent one, a marker goes first: the same read made shorter, or another
// function.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "drivers/modbus/pdu.hpp"

namespace sealwarden::modbus {

class Stragglers {
  public:
    // So many answers can be behind at most: converters that hold more have not been seen.
    static constexpr std::size_t depth = 3;

    [[nodiscard]] bool possible() const { return count_ > 0; }

    // A request failed, or was made while others may still come.
    void asked(const Request& request);
    // An answer came that can only be this request's.
    void gone() { count_ = 0; }

    // A good answer, or an exception, to this request can only be its own.
    [[nodiscard]] bool tells(const Request& request, bool exception) const;
    // A read whose answer tells, as near to `request` as can be; empty: there is none.
    struct Allowed {
        bool parts = true;    // the same read made shorter
        bool foreign = true;  // another reading function
    };
    [[nodiscard]] std::optional<Request> marker(const Request& request, Allowed allowed) const;

    // Nothing in an answer tells which of the two it is for.
    [[nodiscard]] static bool look_alike(const Request& a, const Request& b) {
        return look(a) == look(b);
    }

  private:
    struct Look {
        Function function = Function::read_coils;
        std::size_t bytes = 0;  // 0: of no fixed length
        friend bool operator==(const Look&, const Look&) = default;
    };
    static Look look(const Request& request);

    std::array<Look, depth> recent_{};
    std::size_t count_ = 0, next_ = 0;
};

}  // namespace sealwarden::modbus
