#include "firmware/eventlog/pictures.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "drivers/descriptor.hpp"
#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::eventlog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".jpg", half_written = ".new";

[[noreturn]] void fail(const fs::path& file) {
    throw std::system_error{errno, std::generic_category(), file.string()};
}

std::string name_of(std::string_view bytes) {
    return tlog::hex(tlog::bytes_of(tlog::sha256(bytes)));
}

void sync(const fs::path& directory) {
    const Descriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened || ::fsync(opened.get()) != 0) fail(directory);
}

// Each new folder is an entry of its parent, which is synced too.
void make_folder(const fs::path& directory) {
    if (::mkdir(directory.c_str(), 0750) == 0) return sync(directory.parent_path());
    if (errno != EEXIST) fail(directory);
}

void write_whole(const fs::path& file, std::string_view bytes) {
    const Descriptor opened{
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640)};
    if (!opened) fail(file);
    while (!bytes.empty()) {
        const auto written = ::write(opened.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(file);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(opened.get()) != 0) fail(file);
}

}  // namespace

bool is_picture_name(std::string_view sha256) {
    return sha256.size() == 64 && std::ranges::all_of(sha256, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

fs::path picture_file(const fs::path& log_directory, std::string_view sha256) {
    return log_directory / "pictures" / sha256.substr(0, 2) / (std::string{sha256} += ending);
}

std::optional<std::string> read_picture(const fs::path& log_directory, std::string_view sha256) {
    if (!is_picture_name(sha256)) return {};
    std::ifstream in{picture_file(log_directory, sha256), std::ios::binary};
    if (!in) return {};
    std::string bytes(picture_limit + 1, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    if (name_of(bytes) != sha256) return {};
    return bytes;
}

std::string keep_picture(const fs::path& log_directory, std::string_view bytes) {
    auto name = name_of(bytes);
    const auto file = picture_file(log_directory, name);
    const auto folder = file.parent_path();
    make_folder(folder.parent_path());
    make_folder(folder);
    auto fresh = file;
    fresh += half_written;
    try {
        write_whole(fresh, bytes);
        if (::rename(fresh.c_str(), file.c_str()) != 0) fail(file);
    } catch (...) {
        ::unlink(fresh.c_str());
        throw;
    }
    sync(folder);
    return name;
}

void remove_picture(const fs::path& log_directory, std::string_view sha256) {
    if (!is_picture_name(sha256)) return;
    const auto file = picture_file(log_directory, sha256);
    if (::unlink(file.c_str()) == 0) return sync(file.parent_path());
    if (errno != ENOENT) fail(file);
}

std::vector<KeptPicture> kept_pictures(const fs::path& log_directory) {
    std::vector<KeptPicture> all;
    std::error_code error;
    for (auto place = fs::recursive_directory_iterator{log_directory / "pictures", error};
         !error && place != fs::recursive_directory_iterator{}; place.increment(error)) {
        const auto& file = place->path();
        std::error_code ignored;
        if (file.extension() == half_written) fs::remove(file, ignored);
        if (file.extension() != ending) continue;
        auto name = file.stem().string();
        if (!is_picture_name(name)) continue;
        const auto bytes = place->file_size(ignored);
        if (!ignored)
            all.push_back({.sha256 = std::move(name), .bytes = static_cast<std::int64_t>(bytes)});
    }
    return all;
}

}  // namespace sealwarden::eventlog
