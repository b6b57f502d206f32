// Orders for bundles: what is lacking before, the order, how far it is, the file.
#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include "firmware/console/api/evidence_jobs.hpp"
#include "firmware/console/discretion.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/inquiry/completeness.hpp"
#include "firmware/inquiry/times.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

std::string text_of(const json& body, const char* name, std::size_t most) {
    const auto found = body.find(name);
    if (found == body.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
        wrong("`" + std::string{name} + "` must be given, as a text");
    auto text = found->get<std::string>();
    if (text.size() > most)
        wrong("`" + std::string{name} + "` must be at most " + std::to_string(most) + " bytes");
    return text;
}

WallTime moment_of(const json& body, const char* name) {
    const auto found = body.find(name);
    if (found != body.end() && found->is_number_unsigned()) {
        constexpr std::uint64_t year_9999 = 253'402'300'800'000;
        const auto number = found->get<std::uint64_t>();
        if (number >= year_9999) wrong("`" + std::string{name} + "` is too far away");
        return inquiry::from_epoch_ms(static_cast<std::int64_t>(number));
    }
    const auto time = wall_time(text_of(body, name, 40));
    if (!time)
        wrong("`" + std::string{name} +
              "` must be RFC 3339 with a zone, like 2026-11-24T03:00:00Z, or epoch milliseconds");
    return *time;
}

bool flag_in(const json& body, const char* name) {
    const auto found = body.find(name);
    if (found == body.end() || found->is_null()) return false;
    if (!found->is_boolean()) wrong("`" + std::string{name} + "` must be true or false");
    return found->get<bool>();
}

struct Question {
    Subject subject;
    inquiry::Window window;
};

// What a bundle can be of (firmware/evidence/FORMAT.md).
Question question_of(const Surroundings& around, const json& body) {
    const auto subject = inquiry::subject_from(text_of(body, "subject", 200));
    if (!subject) wrong("`subject` must be a kind and an id, like door:d07");
    constexpr std::array kinds{"door", "seal", "seal_number", "container", "case"};
    if (std::ranges::find(kinds, subject->kind) == kinds.end())
        wrong("`subject` must be a door, a seal, a seal_number, a container or a case");
    Question question{
        .subject = *subject,
        .window = {.since = moment_of(body, "since"), .until = moment_of(body, "until")}};
    if (question.window.until <= question.window.since) wrong("`until` must be later than `since`");
    if (question.window.until > around.now())
        wrong("`until` is in the future: nothing can be said of it yet");
    if (subject->kind == "container") question.subject.id = plain_number(subject->id);
    if (subject->kind == "seal_number") {
        const auto seal = evidence::seal_subject(around.config.site, subject->id);
        question.subject = {.kind = seal.kind, .id = seal.id};
    }
    return question;
}

void check_names(const json& body, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : body.items())
        if (std::ranges::find(known, name) == known.end()) wrong("there is no `" + name + "`");
}

awaitable<Response> preview(Surroundings* around, Call call) {
    const auto body = body_of(call);
    check_names(body, {"subject", "since", "until", "for", "why", "lang", "personal"});
    const auto question = question_of(*around, body);
    const auto ask = ask_of(around->gateway);
    const auto told = co_await inquiry::completeness(ask, &around->config.site, question.subject,
                                                     question.window);
    co_return answer(told);
}

awaitable<Response> order(Surroundings* around, EvidenceJobs* jobs, Call call) {
    const auto body = body_of(call);
    check_names(body, {"subject", "since", "until", "for", "why", "lang", "personal"});
    const auto question = question_of(*around, body);
    const bool personal = flag_in(body, "personal");
    if (personal) needs(call.who, "personal");
    std::string language = call.who.language == Language::spanish ? "es" : "en";
    if (body.contains("lang")) language = text_of(body, "lang", 2);
    if (language != "en" && language != "es") wrong("`lang` must be en or es");
    const auto now = around->now();
    constexpr std::size_t longest_whom = 256;
    constexpr std::size_t longest_why = 512;
    const auto id =
        jobs->add({.subject = {.kind = question.subject.kind, .id = question.subject.id},
                   .since = question.window.since,
                   .until = question.window.until,
                   .language = language == "es" ? Language::spanish : Language::english,
                   .whom = text_of(body, "for", longest_whom),
                   .why = text_of(body, "why", longest_why),
                   .personal = personal,
                   .by = call.who.user,
                   .ahead = inquiry::ahead_of_utc,
                   .tool = "sealwarden " + around->version},
                  inquiry::epoch_ms(now));
    if (!id) {
        Problem busy{503, "too_slow", "too many bundles wait to be built; try again later"};
        busy.headers["retry-after"] = "30";
        throw busy;
    }
    const auto told = jobs->one(*id);
    auto response = answer(told);
    response.status = 202;
    response.headers["location"] = "/api/v1/evidence/" + *id;
    co_return response;
}

awaitable<Response> list(EvidenceJobs* jobs, Call) {
    const json body{{"bundles", jobs->list()}};
    co_return answer(body);
}

awaitable<Response> one(EvidenceJobs* jobs, Call call) {
    const auto& id = call.parameters.at("id");
    const auto body = jobs->one(id);
    if (body.is_null()) no_such("there is no order `" + id + "`");
    co_return answer(body);
}

awaitable<void> write_file(std::shared_ptr<std::ifstream> in, Sink* sink) {
    constexpr std::size_t piece_size = 256 << 10;
    while (*in) {
        std::string piece(piece_size, '\0');
        in->read(piece.data(), static_cast<std::streamsize>(piece.size()));
        piece.resize(static_cast<std::size_t>(in->gcount()));
        if (piece.empty()) co_return;
        co_await sink->write(std::move(piece));
    }
}

// The order itself is in the log; who fetches what was built of it is, too.
awaitable<Response> file(Surroundings* around, EvidenceJobs* jobs, Call call) {
    const auto& id = call.parameters.at("id");
    const auto bundle = jobs->file(id);
    if (!bundle) no_such("there is no bundle `" + id + "`, or it is not built yet");
    if (bundle->personal) needs(call.who, "personal");
    const auto in = std::make_shared<std::ifstream>(bundle->path, std::ios::binary);
    if (!*in) no_such("the file of `" + id + "` is gone; order it again");
    co_await enter_export(around, &call, "bundle", bundle->name);
    Response response;
    response.headers["content-type"] = "application/zip";
    response.headers["cache-control"] = "no-store";
    response.headers["content-disposition"] = "attachment; filename=\"" + bundle->name + '"';
    response.stream = [in](Sink& sink) { return write_file(in, &sink); };
    co_return response;
}

}  // namespace

Routes evidence_routes(Surroundings& around, EvidenceJobs& jobs) {
    const auto place_order = [around = &around, jobs = &jobs](Call call) {
        return order(around, jobs, std::move(call));
    };
    const auto orders = [jobs = &jobs](Call call) { return list(jobs, std::move(call)); };
    const auto single = [jobs = &jobs](Call call) { return one(jobs, std::move(call)); };
    const auto fetched = [around = &around, jobs = &jobs](Call call) {
        return file(around, jobs, std::move(call));
    };
    return {{"POST", "/api/v1/evidence/preview", "evidence", bound(around, preview)},
            {"POST", "/api/v1/evidence", "evidence", place_order},
            {"GET", "/api/v1/evidence", "evidence", orders},
            {"GET", "/api/v1/evidence/{id}", "evidence", single},
            {"GET", "/api/v1/evidence/{id}/file", "evidence", fetched}};
}

}  // namespace sealwarden::console::api
