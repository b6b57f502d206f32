// The document, the routes and the command line are one: each names the others.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "firmware/cli/verbs.hpp"
#include "firmware/core/acts.hpp"
#include "tests/console/api/every_route.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;

class Nobody final : public console::Authenticator {
  public:
    boost::asio::awaitable<console::Who> who(console::Request) override {
        co_return console::Who{};
    }
    boost::asio::awaitable<console::Who> still(console::Request) override {
        co_return console::Who{};
    }
    bool has_csrf_token(const console::Request&, const console::Who&) override { return false; }
    boost::asio::awaitable<void> denied(console::Request, console::Who, std::string) override {
        co_return;
    }
};

class OpenApi : public EveryRoute {
  protected:
    const console::Routes& served() const { return served_; }
    json document() { return asks("GET /openapi.json").json(); }

  private:
    Nobody nobody_;
    const console::Routes served_ = every_route(nobody_);
};

TEST_F(OpenApi, EveryRouteIsInTheDocumentWithItsRight) {
    const auto paths = document().at("paths");
    for (const auto& route : served()) {
        auto method = route.method;
        std::ranges::transform(method, method.begin(),
                               [](unsigned char c) { return std::tolower(c); });
        ASSERT_TRUE(paths.contains(route.pattern)) << route.pattern;
        ASSERT_TRUE(paths.at(route.pattern).contains(method)) << route.method << route.pattern;
        EXPECT_EQ(paths.at(route.pattern).at(method).at("x-right"), route.right) << route.pattern;
    }
}

TEST_F(OpenApi, EveryOperationOfTheDocumentIsARoute) {
    const auto paths = document().at("paths");
    for (const auto& [path, operations] : paths.items()) {
        for (const auto& [method, operation] : operations.items()) {
            const bool is_served = std::ranges::any_of(served(), [&](const console::Route& route) {
                auto name = route.method;
                std::ranges::transform(name, name.begin(),
                                       [](unsigned char c) { return std::tolower(c); });
                return name == method && route.pattern == path;
            });
            EXPECT_TRUE(is_served) << method << ' ' << path;
        }
    }
}

TEST_F(OpenApi, EveryParameterOfAPathIsDeclared) {
    const auto paths = document().at("paths");
    for (const auto& [path, operations] : paths.items())
        for (const auto& [method, operation] : operations.items()) {
            const auto parameters = operation.value("parameters", json::array());
            const auto declared = std::ranges::count_if(
                parameters, [](const json& one) { return one.at("in") == "path"; });
            EXPECT_EQ(declared, std::ranges::count(path, '{')) << path;
        }
}

const CLI::App* find_verb(const CLI::App& app, const std::string& words) {
    const auto* at = &app;
    std::istringstream in{words};
    for (std::string word; in >> word;) {
        const auto verbs =
            at->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
        if (verbs.empty()) return nullptr;
        at = verbs.front();
    }
    return at;
}

// What the program's main adds, besides the verbs of firmware/cli.
bool is_added_by_main(const std::string& verb) {
    return verb == "console openapi" || verb.starts_with("user ") || verb.starts_with("token ");
}

TEST_F(OpenApi, EveryOperationNamesAVerbThatThereIs) {
    std::ostringstream nowhere;
    cli::Context context{nowhere, nowhere};
    CLI::App app;
    cli::add_verbs(app, context);
    const auto paths = document().at("paths");
    for (const auto& [path, operations] : paths.items())
        for (const auto& [method, operation] : operations.items()) {
            const auto& verb = operation.at("x-cli");
            if (verb.is_null()) {
                EXPECT_FALSE(operation.at("x-cli-why").get<std::string>().empty()) << path;
                continue;
            }
            if (is_added_by_main(verb)) continue;
            EXPECT_NE(find_verb(app, verb.get<std::string>()), nullptr) << method << path << verb;
        }
}

TEST_F(OpenApi, EveryActHasItsSchemaAndItsRight) {
    const auto told = document();
    const auto& act = told.at("paths").at("/api/v1/acts/{act}").at("post");
    const auto& schemas = told.at("components").at("schemas");
    std::size_t sayable = 1;
    for (const auto& described : act_descriptions()) {
        if (around_.right_of_act(described.name).empty()) continue;
        ++sayable;
        const auto& schema = schemas.at("act." + std::string{described.name});
        EXPECT_EQ(schema.at("properties").size(), described.arguments.size());
        EXPECT_TRUE(act.at("x-rights").contains(described.name));
    }
    EXPECT_EQ(
        act.at("requestBody").at("content").at("application/json").at("schema").at("anyOf").size(),
        sayable);
}

TEST_F(OpenApi, EveryReferenceLeadsToASchema) {
    const auto told = document();
    const auto& schemas = told.at("components").at("schemas");
    const std::string prefix = "#/components/schemas/";
    const auto flat = told.flatten();
    for (const auto& [pointer, value] : flat.items()) {
        if (!pointer.ends_with("/$ref")) continue;
        const auto name = value.get<std::string>().substr(prefix.size());
        EXPECT_TRUE(schemas.contains(name)) << pointer << name;
    }
}

}  // namespace
}  // namespace sealwarden::test
