// The entries of a log's copy in order, parsed and hashed ahead by a few threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "firmware/verify/log_folder.hpp"
#include "firmware/verify/record.hpp"
#include "firmware/verify/report.hpp"

namespace sealwarden::verify {

// Up to 256 entries: one tile's worth.
struct EntryTile {
    std::uint64_t first = 0;  // index of its first entry
    std::vector<Record> records;
    std::vector<Hash> leaves;
    std::optional<Hash> root;        // of a full tile
    std::optional<Failure> failure;  // what is wrong with it; the rest is then empty
    std::string file;                // the records point into it
};

class EntryStream {
  public:
    // `log` must outlive this.
    EntryStream(const LogFolder& log, std::uint64_t size);
    EntryStream(const EntryStream&) = delete;
    EntryStream& operator=(const EntryStream&) = delete;
    ~EntryStream();

    // The next tile, valid until the next call; null at the end. Blocks until it is parsed.
    [[nodiscard]] const EntryTile* next();

  private:
    struct Slot {
        EntryTile tile;
        bool ready = false;
    };
    void work();
    void fill(EntryTile& tile, std::uint64_t number) const;

    const LogFolder& log_;
    const std::uint64_t size_;
    const std::uint64_t tiles_;
    std::vector<Slot> slots_;  // tile t is in slot t % slots
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t taken_ = 0;     // tiles that threads have begun
    std::uint64_t consumed_ = 0;  // tiles whose slot may be used again
    std::uint64_t given_ = 0;     // tiles that next() has returned
    bool stop_ = false;
    std::vector<std::jthread> threads_;  // last
};

}  // namespace sealwarden::verify
