// A file that holds exactly the given bytes, in memory and under a name.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <filesystem>
#include <string>

namespace sealwarden::fuzz {

class FileOfBytes {
  public:
    FileOfBytes(const std::uint8_t* data, std::size_t size)
        : descriptor_{::memfd_create("input", MFD_CLOEXEC)} {
        const auto written = ::write(descriptor_, data, size);
        assert(written == static_cast<ssize_t>(size));
    }
    ~FileOfBytes() { ::close(descriptor_); }
    FileOfBytes(const FileOfBytes&) = delete;
    FileOfBytes& operator=(const FileOfBytes&) = delete;
    [[nodiscard]] std::filesystem::path path() const {
        return "/proc/self/fd/" + std::to_string(descriptor_);
    }

  private:
    int descriptor_;
};

}  // namespace sealwarden::fuzz
