// A file that a command makes and never overwrites.
#pragma once

#include <filesystem>
#include <string_view>

#include "drivers/descriptor.hpp"

namespace sealwarden::cli {

// Made empty at once, so that what cannot be written is known before the work is done; gone again
// unless write() has returned.
class OutFile {
  public:
    // Throws Failure: it exists, or cannot be made.
    explicit OutFile(std::filesystem::path path);
    ~OutFile();
    OutFile(const OutFile&) = delete;
    OutFile& operator=(const OutFile&) = delete;
    // All of it, and durable. Throws Failure.
    void write(std::string_view bytes);

  private:
    std::filesystem::path path_;
    Descriptor descriptor_;
    bool whole_ = false;
};

}  // namespace sealwarden::cli
