#include "firmware/identity/mqtt_tokens.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "drivers/descriptor.hpp"
#include "firmware/identity/rights.hpp"
#include "firmware/identity/secrets.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::identity {
namespace {

using nlohmann::json;

constexpr off_t longest_file = 16 << 20;

[[noreturn]] void fail(const std::filesystem::path& file) {
    throw std::runtime_error{file.string() + ": " + std::strerror(errno)};
}

std::optional<std::string> read(const std::filesystem::path& file) {
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    struct stat status{};
    if (!descriptor || ::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > longest_file) {
        return {};
    }
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const auto got = ::read(descriptor.get(), text.data() + have, text.size() - have);
        if (got <= 0) return {};
        have += static_cast<std::size_t>(got);
    }
    return text;
}

// Where root writes for the console, its files stay the console's.
void give_to_owner_of(const std::filesystem::path& directory, const Descriptor& made) {
    struct stat owner{};
    if (::geteuid() == 0 && ::stat(directory.c_str(), &owner) == 0 &&
        ::fchown(made.get(), owner.st_uid, owner.st_gid) != 0) {
        fail(directory);
    }
}

void make_directory(const std::filesystem::path& directory) {
    if (::mkdir(directory.c_str(), 0750) != 0) {
        if (errno == EEXIST) return;
        fail(directory);
    }
    const Descriptor made{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (made) give_to_owner_of(directory.parent_path(), made);
}

}  // namespace

std::filesystem::path mqtt_tokens_file(const std::filesystem::path& front_directory) {
    return front_directory / "tokens.json";
}

std::string to_json(const std::vector<MqttToken>& tokens) {
    auto list = json::array();
    for (const auto& token : tokens) {
        list.push_back({{"id", token.id},
                        {"user", token.user},
                        {"name", token.name},
                        {"person", token.person},
                        {"rights", token.rights},
                        {"secret", tlog::hex(tlog::bytes_of(token.secret))},
                        {"expires_ts", token.expires_ms}});
    }
    return json{{"v", 1}, {"tokens", list}}.dump() + '\n';
}

std::optional<std::vector<MqttToken>> mqtt_tokens_from(std::string_view text) {
    try {
        const auto file = json::parse(text);
        if (file.at("v") != 1) return {};
        std::vector<MqttToken> tokens;
        for (const auto& one : file.at("tokens")) {
            MqttToken token{.id = one.at("id"),
                            .user = one.at("user"),
                            .name = one.at("name"),
                            .person = one.at("person"),
                            .rights = one.at("rights").get<Rights>(),
                            .secret = {},
                            .expires_ms = one.at("expires_ts")};
            const auto secret = tlog::from_hex(one.at("secret").get<std::string>());
            if (!secret || secret->size() != token.secret.size()) return {};
            std::ranges::copy(*secret, token.secret.begin());
            tokens.push_back(std::move(token));
        }
        return tokens;
    } catch (const json::exception&) {
        return {};
    }
}

void write_mqtt_tokens(const std::filesystem::path& file, const std::vector<MqttToken>& tokens) {
    const auto text = to_json(tokens);
    if (read(file) == text) return;
    make_directory(file.parent_path());
    // Two writers at once: each has its own, the later one stands.
    const auto next = file.string() + "." + std::to_string(::getpid());
    ::unlink(next.c_str());
    {
        const Descriptor made{
            ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!made) fail(next);
        give_to_owner_of(file.parent_path(), made);
        if (::write(made.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
            ::fsync(made.get()) != 0) {
            fail(next);
        }
    }
    if (std::rename(next.c_str(), file.c_str()) != 0) fail(file);
    const Descriptor directory{
        ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory || ::fsync(directory.get()) != 0) fail(file);
}

std::string_view to_string(TokenFault fault) {
    switch (fault) {
        case TokenFault::unknown: return "unknown";
        case TokenFault::expired: return "expired";
        case TokenFault::no_right: return "no_right";
    }
    return "unknown";
}

TokenVerdict judged(const std::vector<MqttToken>& tokens, std::string_view token,
                    std::string_view act, std::int64_t now_ms) {
    const auto parts = token_from(token);
    if (!parts) return TokenDenial{};
    const auto found = std::ranges::find(tokens, parts->id, &MqttToken::id);
    if (found == tokens.end() ||
        !same(tlog::bytes_of(kept(parts->secret)), tlog::bytes_of(found->secret))) {
        return TokenDenial{};
    }
    const auto denied = [&](TokenFault fault) {
        return TokenDenial{.fault = fault, .user = found->user, .name = found->name};
    };
    if (now_ms >= found->expires_ms) return denied(TokenFault::expired);
    const auto right = right_of_act(act);
    if (right.empty() || !found->rights.contains(right)) return denied(TokenFault::no_right);
    return MqttCaller{.by = found->user + "/" + found->name, .person = found->person};
}

TokenVerdict judged_by(const std::filesystem::path& file, std::string_view token,
                       std::string_view act, std::int64_t now_ms) {
    const auto text = read(file);
    if (!text) return TokenDenial{};
    return judged(mqtt_tokens_from(*text).value_or(std::vector<MqttToken>{}), token, act, now_ms);
}

}  // namespace sealwarden::identity
