#include "firmware/cli/out_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "firmware/cli/context.hpp"

namespace sealwarden::cli {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw Failure{Exit::failed, path.string() + " cannot be written: " + std::strerror(errno)};
}

}  // namespace

OutFile::OutFile(std::filesystem::path path)
    : path_{std::move(path)},
      descriptor_{
          ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640)} {
    if (descriptor_) return;
    if (errno == EEXIST) {
        throw Failure{Exit::failed, path_.string() +
                                        " is there already and is not overwritten; name another "
                                        "file"};
    }
    fail(path_);
}

OutFile::~OutFile() {
    if (!whole_) ::unlink(path_.c_str());
}

void OutFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path_);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor_.get()) != 0) fail(path_);
    whole_ = true;
}

}  // namespace sealwarden::cli
