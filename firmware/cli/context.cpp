#include "firmware/cli/context.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "drivers/toml/schema.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/inquiry/names.hpp"

namespace sealwarden::cli {
namespace {

std::size_t characters(const std::string& text) {
    bool escape = false;  // a colour takes no room
    std::size_t count = 0;
    for (const char c : text) {
        if (c == '\033') escape = true;
        const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // of UTF-8
        if (!escape && !continues) ++count;
        if (escape && c == 'm') escape = false;
    }
    return count;
}

}  // namespace

Shown::Shown(const nlohmann::json& value)
    : text_{printable(value.is_string()
                          ? value.get_ref<const std::string&>()
                          : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))} {
}

Shown Shown::coloured(std::string_view code, const Shown& word) {
    Shown shown{""};
    shown.text_ = "\033[" + std::string{code} + "m" + word.text_ + "\033[0m";
    return shown;
}

std::ostream& operator<<(std::ostream& out, const Shown& shown) {
    return out << shown.text_;
}

config::Sources Context::sources() const {
    return config::default_sources(config_file);
}

Language language_of_environment() {
    for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const auto* value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        return std::string_view{value}.starts_with("es") ? Language::spanish : Language::english;
    }
    return Language::english;
}

const config::Loaded& Context::configuration() {
    if (!loaded_) loaded_ = config::load(sources());
    return *loaded_;
}

const config::Config& Context::valid_configuration() {
    const auto& loaded = configuration();
    if (!loaded.config) {
        for (const auto& finding : loaded.findings) err << Shown{to_string(finding)} << '\n';
        throw Failure{Exit::configuration,
                      "the configuration has errors; put them right and run "
                      "`sealwarden config check`"};
    }
    return *loaded.config;
}

std::filesystem::path Context::socket_path() {
    if (socket) return *socket;
    if (const auto& config = configuration().config) return config->socket;
    return config::Config{}.socket;
}

local::Client Context::connect() {
    const auto path = socket_path();
    try {
        local::Client client{path};
        const auto hello = client.call("hello");
        use_time_zone(hello.value("time_zone", "UTC"));
        return client;
    } catch (const local::Unreachable& error) {
        throw local::Unreachable{std::string{error.what()} +
                                 "; is it running (systemctl status sealwarden), is this its "
                                 "socket (--socket), are you in the group sealwarden?"};
    }
}

std::string Context::name_of(const std::string& kind, const std::string& id) {
    const auto& config = configuration().config;
    return config ? inquiry::name_of(config->site, kind, id, language) : id;
}

void Context::print(const nlohmann::json& object) const {
    out << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

Shown Context::paint(const std::string& how, const Shown& word) const {
    if (!colour) return word;
    const auto* code = how == "red"      ? "31"
                       : how == "green"  ? "32"
                       : how == "yellow" ? "33"
                       : how == "dim"    ? "2"
                                         : "1";
    return Shown::coloured(code, word);
}

std::vector<Shown> Context::heads(std::initializer_list<const char*> keys) const {
    std::vector<Shown> heads;
    for (const auto* key : keys) heads.emplace_back(word(std::string{"head."} + key));
    return heads;
}

std::string meant(std::string_view word, const std::vector<std::string>& candidates,
                  std::string_view otherwise) {
    const auto guess = did_you_mean(word, candidates);
    return guess.empty() ? std::string{otherwise} : "; did you mean `" + guess + "`?";
}

void Columns::print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], characters(row[i].text()));
        }
    }
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool last = i + 1 == row.size();
            out << row[i];
            if (!last) out << std::string(widths[i] - characters(row[i].text()) + 2, ' ');
        }
        out << '\n';
    }
}

}  // namespace sealwarden::cli
