#include "drivers/modbus/name_lookup.hpp"

#include <netdb.h>

#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "drivers/modbus/waker.hpp"

namespace sealwarden::modbus {
namespace {

struct Lookup {
    std::optional<Address> address;
    std::string error;
};

Lookup look_up(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* list = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (failed != 0) return {.address = {}, .error = ::gai_strerror(failed)};
    Address address{.storage = {}, .length = list->ai_addrlen};
    std::memcpy(&address.storage, list->ai_addr, list->ai_addrlen);
    ::freeaddrinfo(list);
    return {.address = address, .error = {}};
}

}  // namespace

std::optional<Address> numeric_address(const std::string& host, std::uint16_t port) {
    return look_up(host, port, AI_NUMERICHOST | AI_NUMERICSERV).address;
}

// Outlives the NameLookup while the resolver hangs, so the thread needs nobody to join it.
struct NameLookup::Shared {
    struct Question {
        std::size_t who;
        std::string host;
        std::uint16_t port;
    };
    std::mutex mutex;
    std::deque<Question> asked;
    std::vector<Found> found;
    bool working = false;  // a thread is at it
    Waker waker;

    void work() {
        std::unique_lock lock{mutex};
        while (!asked.empty()) {
            const auto question = std::move(asked.front());
            asked.pop_front();
            lock.unlock();
            auto [address, error] = look_up(question.host, question.port, AI_NUMERICSERV);
            lock.lock();
            found.push_back({.who = question.who, .address = address, .error = std::move(error)});
            waker.wake();
        }
        working = false;
    }
};

NameLookup::NameLookup() : shared_{std::make_shared<Shared>()} {}

NameLookup::~NameLookup() {
    const std::scoped_lock lock{shared_->mutex};
    shared_->asked.clear();
}

void NameLookup::ask(std::size_t who, const std::string& host, std::uint16_t port) {
    const std::scoped_lock lock{shared_->mutex};
    shared_->asked.push_back({.who = who, .host = host, .port = port});
    if (std::exchange(shared_->working, true)) return;
    std::thread{[shared = shared_] { shared->work(); }}.detach();
}

std::vector<NameLookup::Found> NameLookup::take() {
    const std::scoped_lock lock{shared_->mutex};
    shared_->waker.clear();
    return std::exchange(shared_->found, {});
}

int NameLookup::fd() const {
    return shared_->waker.fd();
}

}  // namespace sealwarden::modbus
