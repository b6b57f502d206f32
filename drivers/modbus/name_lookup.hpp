// Addresses of endpoints: numeric at once, names by the system's resolver on a thread that nobody
// waits for.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sealwarden::modbus {

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

// "192.0.2.10", "2001:db8::1", "fe80::1%eth0"; empty for a name. Does not block.
[[nodiscard]] std::optional<Address> numeric_address(const std::string& host, std::uint16_t port);

// Names are looked up one after the other: a resolver that hangs (it may for 30 s) holds up other
// names, never a poll, and never the end of the program.
class NameLookup {
  public:
    struct Found {
        std::size_t who = 0;
        std::optional<Address> address;
        std::string error;  // when there is none
    };

    NameLookup();
    ~NameLookup();  // does not wait for a look-up under way
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    void ask(std::size_t who, const std::string& host, std::uint16_t port);
    [[nodiscard]] std::vector<Found> take();  // what has been found since the last call
    [[nodiscard]] int fd() const;             // readable while there is something to take

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace sealwarden::modbus
