// Any bytes as a request's header, target and cookies: what is taken keeps the promises of its
// header files, and a second parser (Beast's) reads the same lengths in what our judgement let
// pass.
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/console/head.hpp"
#include "firmware/console/target.hpp"

using namespace sealwarden::console;
namespace http = boost::beast::http;

namespace {

std::string encoded(std::string_view path) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '/') {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

void check_target(std::string_view text) {
    const auto target = parse_target(text);
    if (!target) return;
    const auto& path = target->path;
    assert(path.starts_with('/'));
    assert(path.find("//") == std::string::npos && path.find('\\') == std::string::npos);
    assert((path + '/').find("/../") == std::string::npos);
    assert((path + '/').find("/./") == std::string::npos);
    for (const char c : path) assert(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    const auto again = parse_target(encoded(path));
    assert(again && again->path == path && again->query.empty());
    for (const auto& [name, value] : target->query) {
        assert(!name.empty() && value.find('\0') == std::string::npos);
    }
}

void check_cookies(std::string_view text) {
    for (const auto& [name, value] : parse_cookies(text)) {
        assert(!name.empty() && name.find_first_of("=;") == std::string::npos);
        assert(value.find(';') == std::string::npos);
    }
}

void check_head(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        static_cast<void>(fault_of_head(bytes));
        return;
    }
    const std::string head{bytes.substr(0, end + 4)};
    if (const auto fault = fault_of_head(head)) {
        assert(fault->status >= 400 && fault->status < 600 && !fault->why.empty());
        return;
    }
    http::request_parser<http::string_body> parser;
    parser.header_limit(1u << 20);
    parser.body_limit(std::uint64_t{1} << 50);
    boost::system::error_code error;
    const auto taken = parser.put(boost::asio::buffer(head), error);
    // Beast knows fewer characters in a target and a method than the grammar allows: its no is one
    // too. Its yes means what ours does.
    if (error) return;
    assert(taken == head.size() && parser.is_header_done());
    const auto& request = parser.get();
    const auto hosts = request.equal_range(http::field::host);
    assert(std::distance(hosts.first, hosts.second) <= 1);
    const bool chunked = parser.chunked();
    assert(!(chunked && request.find(http::field::content_length) != request.end()));
    const auto first = head.find(' ');
    assert(request.method_string() == head.substr(0, first));
    assert(request.target() == head.substr(first + 1, head.find(' ', first + 1) - first - 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    check_head(bytes);
    check_target(bytes.substr(0, bytes.find('\n')));
    check_cookies(bytes);
    return 0;
}
