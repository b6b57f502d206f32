// Exclusive use of a tty, which opening it does not give (O_EXCL means nothing there).
#pragma once

#include <memory>
#include <string>

#include "drivers/descriptor.hpp"

namespace sealwarden::modbus {

// Holds a tty for this process from construction to destruction: flock(2) against programs that
// ask, TIOCEXCL (tty_ioctl(4)) against all others that are not root.
class TtyClaim {
  public:
    // Returns nothing and a sentence in `error` when the tty is not there, is no tty, or is taken;
    // then the sentence names the program that holds it where /proc tells. Does not block.
    [[nodiscard]] static std::unique_ptr<TtyClaim> take(const std::string& path,
                                                        std::string& error);
    ~TtyClaim();
    TtyClaim(const TtyClaim&) = delete;
    TtyClaim& operator=(const TtyClaim&) = delete;

    void shut_out_others() const;  // TIOCEXCL: after everybody of ours has opened it

  private:
    explicit TtyClaim(Descriptor fd) : fd_{std::move(fd)} {}
    Descriptor fd_;
};

}  // namespace sealwarden::modbus
