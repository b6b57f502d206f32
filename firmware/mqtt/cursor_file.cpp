#include "firmware/mqtt/cursor_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "drivers/descriptor.hpp"
#include "firmware/diag.hpp"

namespace sealwarden::mqtt_front {
namespace {

constexpr std::size_t secret_digits = 32;

bool write_durably(const std::filesystem::path& path, const std::string& text) {
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)};
    if (!file) return false;
    // One write: the text is far below a page of a pipe and the file is a regular one.
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        return false;
    }
    return ::fdatasync(file.get()) == 0;
}

bool sync_directory(const std::filesystem::path& path) {
    const Descriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return directory && ::fsync(directory.get()) == 0;
}

}  // namespace

CursorFile::CursorFile(std::filesystem::path directory) : directory_{std::move(directory)} {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) {
        throw std::runtime_error{"cannot make " + directory_.string() + ": " + error.message()};
    }
}

Saved CursorFile::load() const {
    Saved saved;
    std::ifstream file{directory_ / "cursor"};
    if (!file) return saved;
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("next") || !json["next"].is_number_unsigned()) {
        diag::warn("cursor file is damaged, publishing the log from its beginning");
        return saved;
    }
    saved.next = json["next"].get<std::uint64_t>();
    saved.generation = json.value("generation", std::uint64_t{1});
    for (const auto& alarm : json.value("alarms", nlohmann::json::array())) {
        if (alarm.is_string()) saved.alarms.insert(alarm.get<std::string>());
    }
    return saved;
}

bool CursorFile::save(const Saved& saved) {
    const nlohmann::json json{
        {"v", 1}, {"next", saved.next}, {"alarms", saved.alarms}, {"generation", saved.generation}};
    const auto fresh = directory_ / "cursor.new";
    const bool done = write_durably(fresh, json.dump() + "\n") &&
                      std::rename(fresh.c_str(), (directory_ / "cursor").c_str()) == 0 &&
                      sync_directory(directory_);
    if (!done && !failing_) {
        diag::warn("cannot save the cursor",
                   {{"directory", directory_.string()}, {"why", std::strerror(errno)}});
    }
    failing_ = !done;
    return done;
}

std::string CursorFile::secret() const {
    const auto path = directory_ / "secret";
    std::string kept;
    std::getline(std::ifstream{path} >> std::ws, kept);
    if (kept.size() == secret_digits) return kept;
    std::array<unsigned char, secret_digits / 2> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error{std::string{"no random numbers: "} + std::strerror(errno)};
    }
    kept.clear();
    for (const auto byte : bytes) kept += fmt::format("{:02x}", byte);
    if (!write_durably(path, kept + "\n")) {
        diag::warn("cannot keep the secret that names alarms, it is another one at the next start",
                   {{"directory", directory_.string()}, {"why", std::strerror(errno)}});
    }
    return kept;
}

}  // namespace sealwarden::mqtt_front
