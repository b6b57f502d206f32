#include "firmware/console/head.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace sealwarden::console {
namespace {

constexpr std::string_view line_end = "\r\n";

bool is_token(std::string_view text) {  // RFC 9110, 5.6.2
    static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != std::string_view::npos;
    });
}

bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Up to its CRLF, which goes too. Empty and false: there is none.
bool take_line(std::string_view& text, std::string_view& line) {
    const auto end = text.find(line_end);
    if (end == std::string_view::npos) return false;
    line = text.substr(0, end);
    text.remove_prefix(end + line_end.size());
    return true;
}

std::optional<HeadFault> fault_of_request_line(std::string_view line, bool& is_1_1) {
    const auto first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return HeadFault{400, "there is no request line"};
    }
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(method) || method.size() > 16) return HeadFault{400, "the method is none"};
    if (target.size() > longest_target) return HeadFault{414, "the target is too long"};
    if (target.empty() || !is_visible(target)) return HeadFault{400, "the target is none"};
    if (!version.starts_with("HTTP/") || version.size() != 8) {
        return HeadFault{400, "there is no version of HTTP"};
    }
    is_1_1 = version == "HTTP/1.1";
    if (!is_1_1 && version != "HTTP/1.0") return HeadFault{505, "only HTTP/1.1 is spoken here"};
    return {};
}

bool is_host(std::string_view value) {
    return !value.empty() && value.size() <= 255 && std::ranges::all_of(value, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view{"-._:[]"}.find(c) != std::string_view::npos;
    });
}

bool is_length(std::string_view value) {
    return !value.empty() && value.size() <= 12 &&
           std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

using Known = std::map<std::string, std::string_view>;

// Of these a second one would leave open which counts.
bool stands_once(std::string_view name) {
    constexpr std::array once{
        "authorization", "content-length", "content-type",      "cookie",      "expect", "host",
        "origin",        "sec-fetch-site", "transfer-encoding", "x-csrf-token"};
    return std::ranges::find(once, name) != once.end();
}

std::optional<HeadFault> fault_of_field(std::string_view line, Known& known) {
    if (line.front() == ' ' || line.front() == '\t') return HeadFault{400, "a field is folded"};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return HeadFault{400, "a line of the header is no field"};
    }
    const auto value = trimmed(line.substr(colon + 1));
    const bool plain =
        std::ranges::all_of(value, [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); });
    if (!plain) return HeadFault{400, "a field holds what is no text"};
    const auto name = lower(line.substr(0, colon));
    if (!known.emplace(name, value).second && stands_once(name)) {
        return HeadFault{400, "a field stands twice that may stand once"};
    }
    return {};
}

std::optional<HeadFault> fault_of_meaning(const Known& fields, bool is_1_1) {
    const auto host = fields.find("host");
    if (host == fields.end() ? is_1_1 : !is_host(host->second)) {
        return HeadFault{400, "the Host is missing or none"};
    }
    const auto length = fields.find("content-length");
    if (length != fields.end() && !is_length(length->second)) {
        return HeadFault{400, "the Content-Length is no number"};
    }
    if (const auto coding = fields.find("transfer-encoding"); coding != fields.end()) {
        if (length != fields.end() || !is_1_1) {
            return HeadFault{400, "the body's length is said in two ways"};
        }
        if (lower(coding->second) != "chunked") {
            return HeadFault{501, "the Transfer-Encoding is not spoken here"};
        }
    }
    const auto expect = fields.find("expect");
    if (expect != fields.end() && lower(expect->second) != "100-continue") {
        return HeadFault{417, "nothing is known of what is expected"};
    }
    return {};
}

}  // namespace

std::optional<HeadFault> fault_of_head(std::string_view head) {
    // Bare ends of line and NUL first: after this every '\r' and '\n' is part of a CRLF.
    for (std::size_t i = 0; i < head.size(); ++i) {
        const bool lone_lf = head[i] == '\n' && (i == 0 || head[i - 1] != '\r');
        const bool lone_cr = head[i] == '\r' && (i + 1 == head.size() || head[i + 1] != '\n');
        if (lone_lf || lone_cr || head[i] == '\0')
            return HeadFault{400, "a line does not end well"};
    }
    std::string_view line;
    bool is_1_1 = false;
    if (!take_line(head, line)) return HeadFault{400, "there is no request line"};
    if (const auto fault = fault_of_request_line(line, is_1_1)) return fault;
    Known fields;
    for (std::size_t count = 0; take_line(head, line) && !line.empty(); ++count) {
        if (count == most_fields) return HeadFault{431, "there are too many fields"};
        if (const auto fault = fault_of_field(line, fields)) return fault;
    }
    return fault_of_meaning(fields, is_1_1);
}

}  // namespace sealwarden::console
