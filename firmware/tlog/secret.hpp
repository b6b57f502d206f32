// Bytes that must not outlive their use: locked memory between guard pages, zeroed when it goes.
#pragma once

#include <sodium.h>

#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace sealwarden::tlog {

template <std::size_t Size>
class Secret {
  public:
    Secret() : bytes_{make()} {}
    [[nodiscard]] std::span<std::uint8_t, Size> bytes() {
        return std::span<std::uint8_t, Size>{bytes_.get(), Size};
    }
    [[nodiscard]] std::span<const std::uint8_t, Size> bytes() const {
        return std::span<const std::uint8_t, Size>{bytes_.get(), Size};
    }

  private:
    static std::uint8_t* make() {
        // May be called again. Locking may be refused by a limit of the system; guard pages and
        // zeroing stay.
        void* memory = sodium_init() >= 0 ? sodium_malloc(Size) : nullptr;
        if (memory == nullptr) throw std::bad_alloc{};
        return static_cast<std::uint8_t*>(memory);
    }
    struct Free {
        void operator()(std::uint8_t* memory) const { sodium_free(memory); }
    };
    std::unique_ptr<std::uint8_t, Free> bytes_;
};

using Seed = Secret<32>;

}  // namespace sealwarden::tlog
