#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "firmware/config/config.hpp"

namespace sealwarden::config {

namespace {

constexpr std::uintmax_t largest_secret = 64u << 10;  // a private key with its chain

std::variant<std::string, SecretError> contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return SecretError{fmt::format(
            "{} cannot be read: does it exist, and may this user read it?", file.string())};
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.size() > largest_secret)
        return SecretError{
            fmt::format("{} is larger than 64 KiB: that is no secret", file.string())};
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return SecretError{fmt::format("{} is empty", file.string())};
    return text;
}

std::variant<std::string, SecretError> credential(const std::string& name) {
    // Set by systemd once, before the process starts.
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
    if (directory == nullptr)
        return SecretError{
            fmt::format("credential {0} is not here: $CREDENTIALS_DIRECTORY is not "
                        "set; add LoadCredential={0}:/path to the unit",
                        name)};
    return contents(std::filesystem::path(directory) / name);
}

std::variant<std::string, SecretError> private_file(const std::string& name) {
    struct stat status{};
    if (::stat(name.c_str(), &status) == 0) {
        if (!S_ISREG(status.st_mode)) return SecretError{name + " is not a file"};
        if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
            return SecretError{name + " can be used by others than its owner: chmod 600 " + name};
        if (status.st_uid != ::geteuid() && status.st_uid != 0)
            return SecretError{name + " belongs to somebody else: chown it to this user"};
    }
    return contents(name);
}

}  // namespace

std::variant<std::string, SecretError> read_secret(const SecretRef& secret) {
    switch (secret.kind) {
        case SecretRef::Kind::credential: return credential(secret.name);
        case SecretRef::Kind::file: return private_file(secret.name);
    }
    return SecretError{"a secret of no kind"};
}

}  // namespace sealwarden::config
