#include "firmware/console/files.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "tests/support/temporary_directory.hpp"

namespace sealwarden::console {
namespace {

class FilesTest : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& bytes) {
        const auto file = directory_.path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << bytes;
    }
    std::optional<Response> get(std::string path, Fields headers = {}) {
        const Files files{directory_.path()};
        Request request;
        request.method = "GET";
        request.path = std::move(path);
        request.headers = std::move(headers);
        return files.answer(request);
    }
    std::string body(std::string path, Fields headers = {}) {
        const auto response = get(std::move(path), std::move(headers));
        return response && response->shared ? *response->shared : "none";
    }
    test::TemporaryDirectory directory_;
};

TEST_F(FilesTest, AssetsAreKeptByBrowsersAndPagesAskedForAgain) {
    write("index.html", "<!doctype html>");
    write("assets/app-1f.js", "code");
    EXPECT_EQ(get("/assets/app-1f.js")->headers.at("cache-control"),
              "public, max-age=31536000, immutable");
    EXPECT_EQ(get("/assets/app-1f.js")->headers.at("content-type"),
              "text/javascript; charset=utf-8");
    EXPECT_EQ(get("/")->headers.at("cache-control"), "no-cache");
    EXPECT_EQ(get("/index.html")->headers.at("content-type"), "text/html; charset=utf-8");
}

TEST_F(FilesTest, TheAppsScreensAreItsPageAndNothingElseIs) {
    write("index.html", "page");
    EXPECT_EQ(body("/"), "page");
    EXPECT_EQ(body("/wall"), "page");
    EXPECT_EQ(body("/doors/d07"), "page");
    EXPECT_EQ(body("/wp-login.php"), "none");
    EXPECT_EQ(body("/assets/gone.js"), "none");
    EXPECT_EQ(body("/api/v1/nothing"), "none");
}

TEST_F(FilesTest, WhatIsOutsideTheDirectoryIsNotThere) {
    write("index.html", "page");
    write("assets/a.js", "code");
    // The server refuses such targets; here they are names like any other, and nobody's.
    EXPECT_EQ(body("/assets/../index.html"), "none");
    EXPECT_EQ(body("/../../etc/passwd"), "none");
    EXPECT_EQ(body("//etc/passwd"), "none");
}

TEST_F(FilesTest, ABrowserThatTakesItGetsTheSmallerOne) {
    write("assets/a.js", "long code");
    write("assets/a.js.gz", "GZ");
    write("assets/a.js.br", "BR");
    EXPECT_EQ(body("/assets/a.js"), "long code");
    EXPECT_EQ(body("/assets/a.js", {{"accept-encoding", "gzip, deflate, br"}}), "BR");
    EXPECT_EQ(body("/assets/a.js", {{"accept-encoding", "gzip;q=1.0, br;q=0"}}), "GZ");
    EXPECT_EQ(body("/assets/a.js", {{"accept-encoding", "bro, gzipped"}}), "long code");
    const auto small = get("/assets/a.js", {{"accept-encoding", "br"}});
    EXPECT_EQ(small->headers.at("content-encoding"), "br");
    EXPECT_EQ(small->headers.at("vary"), "accept-encoding");
    EXPECT_NE(small->headers.at("etag"), get("/assets/a.js")->headers.at("etag"));
    EXPECT_FALSE(get("/assets/a.js.gz"));
}

TEST_F(FilesTest, AFileThatIsKnownIsNotSentAgain) {
    write("assets/a.js", "code");
    const auto tag = get("/assets/a.js")->headers.at("etag");
    const auto again = get("/assets/a.js", {{"if-none-match", tag}});
    EXPECT_EQ(again->status, 304u);
    EXPECT_FALSE(again->shared);
}

TEST_F(FilesTest, WithoutTheAppThereAreNoFiles) {
    EXPECT_FALSE(get("/"));
    EXPECT_EQ(Files{"/nowhere/at/all"}.count(), 0u);
}

// The app knows its screens, and so must whoever answers for their addresses.
TEST_F(FilesTest, EveryScreenOfTheAppIsAnswered) {
    write("index.html", "page");
    std::ifstream in{std::string{SEALWARDEN_SOURCE_DIR} + "/firmware/console/web/src/screens.ts"};
    const std::string source{std::istreambuf_iterator<char>{in}, {}};
    static const std::regex screen{R"(path: '(/[a-z-]*))"};
    std::size_t count = 0;
    for (std::sregex_iterator at{source.begin(), source.end(), screen}, end; at != end; ++at) {
        EXPECT_EQ(body((*at)[1]), "page") << (*at)[1];
        ++count;
    }
    EXPECT_GT(count, 5u);
}

}  // namespace
}  // namespace sealwarden::console
