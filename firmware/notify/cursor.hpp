// How far one webhook was told, on disk: written atomically, then durable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace sealwarden::notify {

struct Place {
    std::uint64_t next = 0;        // index of the next entry to look at
    std::uint64_t generation = 1;  // of the log
    friend bool operator==(const Place&, const Place&) = default;
};

class Cursor {
  public:
    // `directory` is made. Throws std::runtime_error with one sentence.
    Cursor(const std::filesystem::path& directory, const std::string& webhook);
    [[nodiscard]] std::optional<Place> load() const;  // empty: never told, or not readable
    // One that cannot be written is said once; what was told is told again after a restart then.
    void save(const Place& place);

  private:
    std::filesystem::path path_;
    bool failing_ = false;
};

// 32 random bytes that stay the same, made at the first call. They name what must not be named.
[[nodiscard]] std::string alias_key(const std::filesystem::path& directory);

}  // namespace sealwarden::notify
