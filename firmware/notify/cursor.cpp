#include "firmware/notify/cursor.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "drivers/descriptor.hpp"
#include "firmware/diag.hpp"

namespace sealwarden::notify {
namespace {

bool write_durably(const std::filesystem::path& path, const std::string& text) {
    auto fresh = path;
    fresh += ".new";
    const Descriptor file{
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return false;
    if (::fdatasync(file.get()) != 0 || std::rename(fresh.c_str(), path.c_str()) != 0) return false;
    const Descriptor directory{
        ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return directory && ::fsync(directory.get()) == 0;
}

void make(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        throw std::runtime_error{"cannot make " + directory.string() + ": " + error.message()};
    }
}

}  // namespace

Cursor::Cursor(const std::filesystem::path& directory, const std::string& webhook)
    : path_{directory / (webhook + ".cursor")} {
    make(directory);
}

std::optional<Place> Cursor::load() const {
    std::ifstream file{path_};
    if (!file) return std::nullopt;
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("next") || !json["next"].is_number_unsigned()) {
        diag::warn("a webhook's cursor is damaged, it goes on from now",
                   {{"file", path_.string()}});
        return std::nullopt;
    }
    return Place{.next = json["next"].get<std::uint64_t>(),
                 .generation = json.value("generation", std::uint64_t{1})};
}

void Cursor::save(const Place& place) {
    const nlohmann::json json{{"v", 1}, {"next", place.next}, {"generation", place.generation}};
    const bool done = write_durably(path_, json.dump() + "\n");
    if (!done && !failing_) {
        diag::warn("cannot save a webhook's cursor",
                   {{"file", path_.string()}, {"why", std::strerror(errno)}});
    }
    failing_ = !done;
}

std::string alias_key(const std::filesystem::path& directory) {
    constexpr std::size_t size = 32;
    make(directory);
    const auto path = directory / "alias-key";
    std::ifstream file{path, std::ios::binary};
    std::string kept{std::istreambuf_iterator<char>{file}, {}};
    if (kept.size() == size) return kept;
    kept.resize(size);
    if (::getrandom(kept.data(), size, 0) != static_cast<ssize_t>(size)) {
        throw std::runtime_error{std::string{"no random numbers: "} + std::strerror(errno)};
    }
    if (!write_durably(path, kept)) {
        diag::warn("cannot keep the key that names alarms, it is another one at the next start",
                   {{"file", path.string()}, {"why", std::strerror(errno)}});
    }
    return kept;
}

}  // namespace sealwarden::notify
