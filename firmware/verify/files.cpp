#include "firmware/verify/files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "firmware/verify/json.hpp"
#include "firmware/verify/zip.hpp"

namespace sealwarden::verify {
namespace {

namespace fs = std::filesystem;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

void read_folder(const fs::path& folder, const std::string& prefix, const FileLimits& limits,
                 std::uint64_t& total, std::map<std::string, std::string>& into) {
    std::error_code error;
    for (fs::directory_iterator entries{folder, error}, end; !error && entries != end;
         entries.increment(error)) {
        const auto name = prefix + entries->path().filename().string();
        const auto status = entries->symlink_status(error);
        if (fs::is_directory(status)) {
            if (name == limits.skip) continue;
            if (!prefix.empty()) throw Malformed{fmt::format("{}: a folder in a folder", name)};
            read_folder(entries->path(), name + "/", limits, total, into);
            continue;
        }
        if (into.size() == limits.count) throw Malformed{"too many files"};
        auto bytes = read_file(entries->path(), limits.file);
        total += bytes.size();
        if (total > limits.all) throw Malformed{"the files are too large together"};
        into.emplace(name, std::move(bytes));
    }
    if (error) throw Malformed{fmt::format("{}: {}", folder.string(), error.message())};
}

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t limit) {
    std::string bytes;
    read_file(path, limit, bytes);
    return bytes;
}

void read_file(const fs::path& path, std::uint64_t limit, std::string& bytes) {
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    struct stat status{};
    if (file.number() < 0 || fstat(file.number(), &status) != 0) {
        throw Malformed{fmt::format("{}: cannot be read", path.string())};
    }
    if (!S_ISREG(status.st_mode)) throw Malformed{fmt::format("{}: not a file", path.string())};
    if (static_cast<std::uint64_t>(status.st_size) > limit) {
        throw Malformed{fmt::format("{}: larger than {} bytes", path.string(), limit)};
    }
    bytes.resize(static_cast<std::size_t>(status.st_size));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const auto got = read(file.number(), bytes.data() + filled, bytes.size() - filled);
        if (got <= 0) throw Malformed{fmt::format("{}: cannot be read", path.string())};
        filled += static_cast<std::size_t>(got);
    }
}

Files Files::from_zip(std::string bytes) {
    Files files;
    files.zip_ = std::move(bytes);
    for (const auto& member : parse_zip(files.zip_))
        files.files_.emplace(member.name, member.bytes);
    return files;
}

Files Files::from_folder(const fs::path& folder, const FileLimits& limits) {
    Files files;
    std::uint64_t total = 0;
    read_folder(folder, "", limits, total, files.read_);
    for (const auto& [name, bytes] : files.read_) files.files_.emplace(name, bytes);
    return files;
}

const std::string_view* Files::find(std::string_view name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
}

}  // namespace sealwarden::verify
