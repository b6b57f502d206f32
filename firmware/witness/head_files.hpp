// The witness's memory: one small file a log, in a directory of its own.
#pragma once

#include <filesystem>

#include "firmware/evidence/private_file.hpp"
#include "firmware/witness/witness.hpp"

namespace sealwarden::witness {

// A file's name is the hex SHA-256 of the log's key as sheets write it (NAME+ID+BASE64, NAME with
// the generation), its content the three lines of the
// checkpoint signed last. Whoever takes a file away makes the witness sign that log anew.
class HeadFiles final : public Heads {
  public:
    // One process at a time, as long as it lives: two would sign without knowing of each other.
    // Throws std::runtime_error when there is no such directory, or another process uses it.
    explicit HeadFiles(std::filesystem::path directory);
    // Throws when a file is there that cannot be read, or is not this log's.
    [[nodiscard]] Held read(const tlog::NoteKey& log) override;
    void write(const tlog::NoteKey& log, const Held& held) override;

  private:
    [[nodiscard]] std::filesystem::path file_of(const tlog::NoteKey& log) const;

    std::filesystem::path directory_;
    Descriptor lock_;
};

}  // namespace sealwarden::witness
