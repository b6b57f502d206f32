// An open file descriptor, closed with its owner.
#pragma once

#include <unistd.h>

#include <utility>

namespace sealwarden {

class Descriptor {
  public:
    Descriptor() = default;
    // What open(2), socket(2) and their like returned: less than 0 is none.
    explicit Descriptor(int number) : number_{number} {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_{other.release()} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            close();
            number_ = other.release();
        }
        return *this;
    }

    [[nodiscard]] int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    [[nodiscard]] int release() { return std::exchange(number_, -1); }
    void close() {
        if (number_ >= 0) ::close(release());
    }

  private:
    int number_ = -1;
};

}  // namespace sealwarden
