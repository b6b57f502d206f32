#include "firmware/console/head.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace sealwarden::console {
namespace {

unsigned status(const std::string& head) {
    const auto fault = fault_of_head(head);
    return fault ? fault->status : 200;
}
unsigned status_with(const std::string& fields) {
    return status("GET / HTTP/1.1\r\nHost: gw\r\n" + fields + "\r\n");
}

TEST(Head, WhatABrowserSendsIsTaken) {
    EXPECT_EQ(status("GET /api/v1/alarms?x=%20 HTTP/1.1\r\nHost: gw1.example:8443\r\n"
                     "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n"
                     "Cookie: __Host-session=abc\r\nIf-None-Match: \"1f\"\r\n\r\n"),
              200u);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nhost: [::1]:8443\r\ncontent-length: 12\r\n\r\n"), 200u);
    EXPECT_EQ(status_with("Transfer-Encoding: chunked\r\n"), 200u);
    EXPECT_EQ(status("GET / HTTP/1.0\r\n\r\n"), 200u);
}

TEST(Head, ALengthThatCouldBeReadInTwoWaysIsRefused) {
    EXPECT_EQ(status_with("Content-Length: 1\r\nContent-Length: 2\r\n"), 400u);
    EXPECT_EQ(status_with("Content-Length: 1\r\nContent-Length: 1\r\n"), 400u);
    EXPECT_EQ(status_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400u);
    EXPECT_EQ(status_with("Content-Length: +1\r\n"), 400u);
    EXPECT_EQ(status_with("Content-Length: 1, 1\r\n"), 400u);
    EXPECT_EQ(status_with("Content-Length: 0x1\r\n"), 400u);
    EXPECT_EQ(status_with("Content-Length: 9999999999999999999999\r\n"), 400u);
    EXPECT_EQ(status_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400u);
    EXPECT_EQ(status_with("Transfer-Encoding: gzip, chunked\r\n"), 501u);
    EXPECT_EQ(status_with("Transfer-Encoding : chunked\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400u);
}

TEST(Head, LinesThatReadersEndInDifferentPlacesAreRefused) {
    EXPECT_EQ(status("GET / HTTP/1.1\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: gw\rX: 1\r\n\r\n"), 400u);
    EXPECT_EQ(status_with("X: a\r\n folded\r\n"), 400u);
    EXPECT_EQ(status_with(" X: a\r\n"), 400u);
    EXPECT_EQ(status_with("no colon\r\n"), 400u);
    EXPECT_EQ(status_with(": no name\r\n"), 400u);
    EXPECT_EQ(status_with(std::string("X: a\0b\r\n", 8)), 400u);
    EXPECT_EQ(status_with("X: \x01\r\n"), 400u);
    EXPECT_EQ(status_with("X: \xc3\xa9\r\n"), 400u);
}

TEST(Head, ARequestLineIsAMethodATargetAndAVersion) {
    EXPECT_EQ(status("GET  / HTTP/1.1\r\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET /a b HTTP/1.1\r\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET /\r\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("G@T / HTTP/1.1\r\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/2.0\r\nHost: gw\r\n\r\n"), 505u);
    EXPECT_EQ(status("PRI * HTTP/2.0\r\n\r\n"), 505u);
    EXPECT_EQ(status("GET / HTTP/1.1 \r\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("\r\nGET / HTTP/1.1\r\nHost: gw\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET /" + std::string(longest_target, 'a') + " HTTP/1.1\r\nHost: gw\r\n\r\n"),
              414u);
}

TEST(Head, TheHostIsSaidOnceAndIsOne) {
    EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400u);
}

TEST(Head, WhoSaysWhoCallsSaysItOnce) {
    EXPECT_EQ(status_with("Cookie: a=1\r\nCookie: a=2\r\n"), 400u);
    EXPECT_EQ(status_with("Authorization: Bearer a\r\nauthorization: Bearer b\r\n"), 400u);
    EXPECT_EQ(status_with("Origin: https://a\r\nOrigin: https://b\r\n"), 400u);
    EXPECT_EQ(status_with("Accept: a\r\nAccept: b\r\n"), 200u);  // a list, and harmless
}

TEST(Head, FieldsHaveALimit) {
    std::string fields;
    for (std::size_t i = 0; i + 1 < most_fields; ++i) fields += "X: 1\r\n";
    EXPECT_EQ(status_with(fields), 200u);
    EXPECT_EQ(status_with(fields + "X: 1\r\n"), 431u);
}

// What is expected of each stands in its name: "400-two-lengths.http".
TEST(Head, TheHostileCorpusIsRefusedAsItsNamesSay) {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator{
             std::filesystem::path{SEALWARDEN_SOURCE_DIR} / "tests/console/hostile"}) {
        std::ifstream in{file.path(), std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        const auto name = file.path().filename().string();
        const auto end = bytes.find("\r\n\r\n");
        if (name.starts_with("wire-") || end == std::string::npos) continue;  // by the server
        EXPECT_EQ(status(bytes.substr(0, end + 4)), std::stoul(name.substr(0, 3))) << name;
        ++count;
    }
    EXPECT_GT(count, 20u);
}

}  // namespace
}  // namespace sealwarden::console
