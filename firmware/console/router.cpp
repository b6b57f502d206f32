#include "firmware/console/router.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "firmware/console/gateway.hpp"
#include "firmware/diag.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

std::vector<std::string> segments(std::string_view path) {
    std::vector<std::string> found;
    while (!path.empty()) {
        path.remove_prefix(1);  // the '/'
        const auto end = std::min(path.find('/'), path.size());
        found.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return found;
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::ranges::equal(pattern, path, [](const auto& expected, const auto& given) {
        return is_parameter(expected) ? !given.empty() : expected == given;
    });
}

// The more literal one first, from the left.
bool is_closer(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    return std::ranges::lexicographical_compare(left, right, [](const auto& a, const auto& b) {
        return !is_parameter(a) && is_parameter(b);
    });
}

Fields parameters_of(const std::vector<std::string>& pattern,
                     const std::vector<std::string>& path) {
    Fields found;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_parameter(pattern[i])) continue;
        found[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
    }
    return found;
}

bool is_safe(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

std::string_view title_of(unsigned status) {
    switch (status) {
        case 400: return "The request is wrong";
        case 401: return "Not signed in";
        case 403: return "Not allowed";
        case 404: return "Not found";
        case 405: return "Method not allowed";
        case 408: return "The request came too slowly";
        case 409: return "Refused";
        case 413: return "The body is too long";
        case 415: return "Of the wrong kind";
        case 429: return "Too many";
        case 431: return "The header is too long";
        case 503: return "Not available now";
        default: return "The console failed";
    }
}

// A page elsewhere that makes a browser send something here says where it is (Fetch Standard): what
// is neither from here nor typed by a person does not act with that person's session.
bool comes_from_elsewhere(const Request& request) {
    const auto site = request.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none") return true;
    auto origin = request.header("origin");
    if (origin.empty()) return false;
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos) return true;  // "null"
    origin.remove_prefix(scheme + 3);
    return origin != request.header("host");
}

std::string digest(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, EVP_sha256(), nullptr);
    std::string hex;
    for (std::size_t i = 0; i < 16; ++i) hex += fmt::format("{:02x}", hash.at(i));
    return hex;
}

// If-None-Match (RFC 9110, 13.1.2): a list of tags, weak or not, or '*'.
bool names(std::string_view list, std::string_view tag) {
    return list == "*" || list.find(tag) != std::string_view::npos;
}

// Who asked for what, without what he sent with it.
Request head_of(const Request& request) {
    return {.method = request.method,
            .path = request.path,
            .query = {},
            .headers = {},
            .body = {},
            .peer = request.peer,
            .local = request.local,
            .uid = request.uid};
}

}  // namespace

Response problem(const Problem& what) {
    json body{{"type", "/problems/" + what.code},
              {"title", title_of(what.status)},
              {"status", what.status},
              {"detail", what.what()},
              {"code", what.code}};
    if (what.index) body["index"] = *what.index;
    Response response{.status = what.status,
                      .headers = what.headers,
                      .body = body.dump(-1, ' ', false, json::error_handler_t::replace),
                      .shared = {},
                      .stream = {}};
    response.headers["content-type"] = "application/problem+json";
    return response;
}

unsigned status_of(std::string_view door_code) {
    if (door_code == "usage") return 400;
    if (door_code == "not_found") return 404;
    if (door_code == "not_allowed") return 403;
    if (door_code == "refused" || door_code == "new_log") return 409;
    if (door_code == "too_slow") return 503;
    return 500;
}

Response json_response(const json& body) {
    Response response;
    response.headers["content-type"] = "application/json";
    response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return response;
}

Response with_etag(std::string_view if_none_match, Response response) {
    if (response.status != 200 || response.stream) return response;
    auto& tag = response.headers["etag"];
    if (tag.empty()) {
        tag = '"' + digest(response.shared ? *response.shared : response.body) + '"';
    }
    if (!names(if_none_match, tag)) return response;
    response.status = 304;
    response.body.clear();
    response.shared.reset();
    response.headers.erase("content-type");
    return response;
}

Router::Router(Routes routes, Authenticator& authenticator, Files files, Told told)
    : routes_{std::move(routes)},
      authenticator_{authenticator},
      files_{std::move(files)},
      told_{std::move(told)} {
    std::ranges::sort(routes_, [](const Route& left, const Route& right) {
        return is_closer(segments(left.pattern), segments(right.pattern));
    });
    for (const auto& route : routes_) patterns_.push_back(segments(route.pattern));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
    const auto asked = segments(path);
    Match found;
    const std::vector<std::string>* pattern = nullptr;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (!fits(patterns_[i], asked)) continue;
        if (pattern != nullptr && is_closer(*pattern, patterns_[i])) break;  // the closest decides
        pattern = &patterns_[i];
        const auto& route = routes_[i];
        if (route.method == method || (method == "HEAD" && route.method == "GET")) {
            found.route = &route;
            found.parameters = parameters_of(patterns_[i], asked);
            return found;
        }
        found.allow += (found.allow.empty() ? "" : ", ") + route.method;
        if (route.method == "GET") found.allow += ", HEAD";
    }
    return found;
}

std::size_t Router::body_limit(std::string_view method, std::string_view path) const {
    const auto found = match(method, path);
    return found.route == nullptr ? Route{}.body_limit : found.route->body_limit;
}

asio::awaitable<Who> Router::admitted(const Route* route, Request head) {
    auto who = co_await authenticator_.who(head);
    if (route->right == for_everybody) co_return who;
    if (who.way == Who::Way::nobody) {
        throw Problem{401, "signed_out", "sign in first"};
    }
    if (who.way == Who::Way::session && !is_safe(route->method) &&
        (comes_from_elsewhere(head) || !authenticator_.has_csrf_token(head, who))) {
        co_await authenticator_.denied(std::move(head), std::move(who), "csrf");
        throw Problem{403, "csrf", "the request lacks the session's X-CSRF-Token"};
    }
    if (!route->right.empty() && !who.may(route->right)) {
        auto sentence = "this needs the right `" + route->right + "`";
        co_await authenticator_.denied(std::move(head), std::move(who), route->right);
        throw Problem{403, "not_allowed", sentence};
    }
    co_return who;
}

asio::awaitable<Response> Router::routed(Match match, Request request) {
    auto body = std::move(request.body);
    request.body.clear();
    const std::string if_none_match{request.header("if-none-match")};
    const bool is_get = match.route->method == "GET";
    Call call{.request = request, .parameters = std::move(match.parameters), .who = {}};
    call.who = co_await admitted(match.route, std::move(request));
    call.request.body = std::move(body);
    const auto who = call.who;
    auto head = head_of(call.request);
    Response response;
    std::optional<Problem> refused;
    try {
        response = co_await match.route->handler(std::move(call));
    } catch (const Problem& problem) {
        if (problem.code != "not_allowed" || who.way == Who::Way::nobody) throw;
        refused = problem;
    }
    // What the handler alone can know to be missing, as the right that an act takes, is told too.
    if (refused) {
        co_await authenticator_.denied(std::move(head), who, refused->code);
        throw Problem{*refused};
    }
    if (is_get) response = with_etag(if_none_match, std::move(response));
    co_return response;
}

asio::awaitable<Response> Router::answer(Request request) {
    const auto began = std::chrono::steady_clock::now();
    auto found = match(request.method, request.path);
    std::string_view pattern = "none";
    const auto head = told_ ? head_of(request) : Request{};
    Response response;
    try {
        if (found.route != nullptr) {
            pattern = found.route->pattern;
            response = co_await routed(std::move(found), std::move(request));
        } else if (!found.allow.empty()) {
            Problem wrong{405, "usage", "there is no " + request.method + " of this"};
            wrong.headers["allow"] = found.allow;
            response = problem(wrong);
        } else {
            std::optional<Response> file;
            if (files_) file = co_await files_(std::move(request));
            if (file) pattern = "files";
            response =
                file ? std::move(*file) : problem({404, "not_found", "there is nothing here"});
        }
    } catch (const Problem& error) {
        response = problem(error);
    } catch (const Declined& error) {
        Problem refused{status_of(error.code), error.code, error.what()};
        refused.index = error.index;
        response = problem(refused);
    } catch (const local::Refused& error) {
        response = problem({status_of(error.code), error.code, error.what()});
    } catch (const local::Unreachable& error) {
        response = problem({503, "unreachable", error.what()});
    } catch (const std::exception& error) {
        diag::error("a question to the console failed",
                    {{"route", pattern}, {"why", error.what()}});
        response = problem({500, "internal",
                            "the console could not do this; its diagnostics say "
                            "why"});
    }
    if (told_) {
        told_(head, pattern, response.status,
              std::chrono::duration_cast<std::chrono::microseconds>(
                  std::chrono::steady_clock::now() - began));
    }
    co_return response;
}

}  // namespace sealwarden::console
