#include "firmware/console/files.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "firmware/console/security_headers.hpp"

namespace sealwarden::console {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = 64u << 20;
constexpr std::string_view index = "/index.html";

// The app's own screens by the first segment of their path: these are index.html, whatever follows.
constexpr std::array screens{"access",  "alarms", "cameras",  "cases",   "containers", "coverage",
                             "devices", "doors",  "evidence", "figures", "handover",   "help",
                             "login",   "menu",   "seals",    "search",  "settings",   "setup",
                             "tests",   "tokens", "users",    "visits",  "wall"};

struct Kind {
    const char* ending;
    const char* type;
};
constexpr std::array kinds{Kind{".css", "text/css; charset=utf-8"},
                           Kind{".html", "text/html; charset=utf-8"},
                           Kind{".ico", "image/x-icon"},
                           Kind{".js", "text/javascript; charset=utf-8"},
                           Kind{".json", "application/json"},
                           Kind{".map", "application/json"},
                           Kind{".mp3", "audio/mpeg"},
                           Kind{".ogg", "audio/ogg"},
                           Kind{".png", "image/png"},
                           Kind{".svg", "image/svg+xml"},
                           Kind{".txt", "text/plain; charset=utf-8"},
                           Kind{".wav", "audio/wav"},
                           Kind{".webmanifest", "application/manifest+json"},
                           Kind{".woff2", "font/woff2"}};

std::string type_of(const std::string& path) {
    for (const auto& [ending, type] : kinds) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

std::array<unsigned char, 32> sha256(std::string_view bytes) {
    std::array<unsigned char, 32> hash{};
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
    return hash;
}

std::string etag_of(std::string_view bytes) {
    const auto hash = sha256(bytes);
    std::string hex;
    for (std::size_t i = 0; i < 16; ++i) hex += fmt::format("{:02x}", hash.at(i));
    return hex;
}

// What stands between <style> and </style>, as a content security policy names it (CSP 3, 6.7.3.3).
std::vector<std::string> hashes_of_styles(std::string_view html) {
    constexpr std::string_view begin = "<style>", end = "</style>";
    std::vector<std::string> found;
    for (auto at = html.find(begin); at != std::string_view::npos; at = html.find(begin, at)) {
        at += begin.size();
        const auto hash = sha256(html.substr(at, html.find(end, at) - at));
        std::array<unsigned char, 45> base64{};  // of 32 bytes, and a null
        EVP_EncodeBlock(base64.data(), hash.data(), static_cast<int>(hash.size()));
        found.push_back(fmt::format("'sha256-{}'", reinterpret_cast<const char*>(base64.data())));
    }
    return found;
}

bool is_screen(std::string_view path) {
    path.remove_prefix(1);
    if (path.empty()) return true;
    const auto first = path.substr(0, std::min(path.find('/'), path.size()));
    return std::ranges::find(screens, first) != screens.end();
}

// Accept-Encoding (RFC 9110, 12.5.3): named, and not with q=0.
bool takes(std::string_view accepted, std::string_view coding) {
    while (!accepted.empty()) {
        const auto end = std::min(accepted.find(','), accepted.size());
        auto one = accepted.substr(0, end);
        accepted.remove_prefix(std::min(end + 1, accepted.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (!one.starts_with(coding)) continue;
        one.remove_prefix(coding.size());
        if (!one.empty() && one.front() != ';' && one.front() != ' ') continue;
        const auto weight = one.find("q=");
        if (weight == std::string_view::npos) return true;
        const auto value = one.substr(weight + 2);
        return value.find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

bool names(std::string_view list, std::string_view tag) {
    return list == "*" || list.find(tag) != std::string_view::npos;
}

}  // namespace

Files::Files(const fs::path& directory) {
    std::error_code error;
    std::uintmax_t total = 0;
    for (const auto& entry : fs::recursive_directory_iterator{directory, error}) {
        if (!entry.is_regular_file()) continue;
        total += entry.file_size();
        if (total > most_bytes) {
            throw std::runtime_error{directory.string() +
                                     " holds more than the 64 MiB that a web "
                                     "app can have"};
        }
        std::ifstream in{entry.path(), std::ios::binary};
        auto bytes = std::make_shared<const std::string>(std::istreambuf_iterator<char>{in},
                                                         std::istreambuf_iterator<char>{});
        auto path = '/' + entry.path().lexically_relative(directory).generic_string();
        const bool gzip = path.ends_with(".gz"), brotli = path.ends_with(".br");
        if (gzip || brotli) path.resize(path.size() - 3);
        auto& file = files_[path];
        (gzip ? file.gzip : brotli ? file.brotli : file.plain) = std::move(bytes);
    }
    std::erase_if(files_, [](const auto& file) { return !file.second.plain; });
    for (auto& [path, file] : files_) {
        file.type = type_of(path);
        file.etag = etag_of(*file.plain);
    }
    if (const auto page = files_.find(index); page != files_.end())
        styles_ = hashes_of_styles(*page->second.plain);
}

std::optional<Response> Files::answer(const Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") return {};
    auto found = files_.find(request.path);
    if (found == files_.end() && is_screen(request.path)) found = files_.find(index);
    if (found == files_.end()) return {};
    auto out = response(found->second, request);
    // The names of assets carry their content's hash; everything else may change under its name.
    out.headers["cache-control"] =
        found->first.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    if (found->first == index) out.headers["content-security-policy"] = security_policy(styles_);
    return out;
}

Response Files::page_with(std::string_view picture) const {
    Response out;
    out.headers["content-type"] = type_of(std::string{index});
    out.headers["cache-control"] = "no-store";
    out.headers["content-security-policy"] = security_policy(styles_);
    const auto found = files_.find(index);
    if (found == files_.end()) return out;
    out.body = *found->second.plain;
    const auto app = out.body.find(R"(<div id="app")");
    if (app != std::string::npos) out.body.insert(app, picture);
    return out;
}

Response Files::response(const File& file, const Request& request) {
    Response out;
    const auto accepted = request.header("accept-encoding");
    out.shared = file.plain;
    auto tag = file.etag;
    if (file.brotli && takes(accepted, "br")) {
        out.shared = file.brotli;
        out.headers["content-encoding"] = "br";
        tag += "-br";
    } else if (file.gzip && takes(accepted, "gzip")) {
        out.shared = file.gzip;
        out.headers["content-encoding"] = "gzip";
        tag += "-gz";
    }
    if (file.brotli || file.gzip) out.headers["vary"] = "accept-encoding";
    out.headers["content-type"] = file.type;
    out.headers["etag"] = '"' + tag + '"';
    if (names(request.header("if-none-match"), out.headers["etag"])) {
        out.status = 304;
        out.shared.reset();
        out.headers.erase("content-type");
        out.headers.erase("content-encoding");
    }
    return out;
}

}  // namespace sealwarden::console
