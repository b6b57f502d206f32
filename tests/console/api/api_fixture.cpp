#include "tests/console/api/api_fixture.hpp"

namespace sealwarden::test {

namespace {

std::vector<std::string> segments(const std::string& path) {
    std::vector<std::string> parts;
    std::istringstream in{path};
    for (std::string part; std::getline(in, part, '/');)
        if (!part.empty()) parts.push_back(part);
    return parts;
}

std::optional<console::Fields> matched(const std::string& pattern, const std::string& path) {
    const auto wanted = segments(pattern);
    const auto given = segments(path);
    if (wanted.size() != given.size()) return {};
    console::Fields parameters;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].front() == '{')
            parameters[wanted[i].substr(1, wanted[i].size() - 2)] = given[i];
        else if (wanted[i] != given[i])
            return {};
    }
    return parameters;
}

}  // namespace

ApiFixture::ApiFixture()
    : around_{.gateway = gateway_,
              .config = config_,
              .now = [this] { return gateway_.door.now; },
              .uptime =
                  [this] {
                      return Uptime{pace_ * static_cast<std::int64_t>(gateway_.door.asked.size())};
                  },
              .right_of_act = [this](std::string_view act) -> std::string_view {
                  if (act == "acknowledge") return "respond";
                  if (act.starts_with("visit.")) return "dock";
                  if (act.starts_with("alarm.")) return "shelve";
                  if (act == "drill.begin") return "";
                  return right_of_others_;
              },
              .version = "0.1.0"} {
    config_.site.site = "dc7";
    config_.site.gateway = "gw1";
    config_.site.doors = {
        {.id = "d07", .name = {.en = "Dock 7", .es = "Andén 7"}, .contact = {.point = "io1.di0"}}};
    config_.site.devices = {{.id = "io1", .points = {"io1.di0"}}};
    config_.site.witnesses = {"office"};
    config_.log_directory = directory_.path();
    config_.hash = "c0ffee";
    const auto file = directory_.path() / "site.toml";
    std::ofstream{file} << "[site]\nid = \"dc7\"\ngateway = \"gw1\"\n";
    around_.sources.files = {file};
    around_.sources.one_file = true;
    starts_again();
    const auto add = [this](console::Routes more) {
        for (auto& route : more) routes_.push_back(std::move(route));
    };
    add(console::api::state_routes(around_));
    add(console::api::entries_routes(around_));
    add(console::api::records_routes(around_));
    add(console::api::acts_routes(around_));
    add(console::api::inquiry_routes(around_));
    add(console::api::settings_routes(around_));
    add(console::api::evidence_routes(around_, *jobs_));
    add(console::api::openapi_routes(around_));
    add(console::api::health_routes(around_));
    console::api::Own own;
    own.directory = directory_.path();
    for (const auto& route : routes_) own.patterns.push_back(route.pattern);
    metrics_ = std::make_unique<console::api::Metrics>(around_, std::move(own));
    add(console::api::metrics_routes(*metrics_));
}

void ApiFixture::starts_again() {
    stops();
    jobs_.emplace(
        directory_.path() / "bundles",
        [this](const evidence::Order& order, const std::function<void(evidence::Step)>& step) {
            orders_.push_back(order);
            step(evidence::Step::reading);
            if (fails_) throw evidence::OrderFailed{*fails_};
            return built_;
        });
}

Answered ApiFixture::asks(const std::string& line, const std::string& body,
                          const std::optional<console::Who>& by, const console::Fields& headers) {
    const auto space = line.find(' ');
    const auto mark = std::min(line.find('?'), line.size());
    console::Call call;
    call.request.method = line.substr(0, space);
    call.request.path = line.substr(space + 1, mark - space - 1);
    call.request.body = body;
    call.request.headers = headers;
    call.request.peer = "192.0.2.7";
    call.who = by.value_or(who());
    std::istringstream query{mark == line.size() ? "" : line.substr(mark + 1)};
    for (std::string pair; std::getline(query, pair, '&');)
        call.request.query[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
    const console::Route* found = nullptr;
    for (const auto& route : routes_) {
        if (route.method != call.request.method) continue;
        const auto parameters = matched(route.pattern, call.request.path);
        if (!parameters) continue;
        if (found != nullptr && found->pattern.find('{') == std::string::npos) continue;
        found = &route;
        call.parameters = *parameters;
    }
    if (found == nullptr) {
        ADD_FAILURE() << "there is no route " << line;
        return {};
    }
    try {
        auto response = finished(found->handler(std::move(call)));
        Answered answered{.status = response.status,
                          .code = {},
                          .headers = response.headers,
                          .text = response.body};
        if (response.stream) answered.text = finished(streamed(std::move(response)));
        return answered;
    } catch (const console::Problem& problem) {
        return {.status = problem.status,
                .code = problem.code,
                .headers = problem.headers,
                .text = problem.what()};
    } catch (const local::Refused& refused) {
        return {.status = 409, .code = refused.code, .headers = {}, .text = refused.what()};
    } catch (const local::Unreachable& error) {
        return {.status = 503, .code = "unreachable", .headers = {}, .text = error.what()};
    }
}

nlohmann::json ApiFixture::reached(const std::string& call) const {
    const auto& asked = gateway_.door.asked;
    const auto last = std::find_if(asked.rbegin(), asked.rend(),
                                   [&](const auto& one) { return one.first == call; });
    return last == asked.rend() ? nlohmann::json(nullptr) : last->second;
}

}  // namespace sealwarden::test
