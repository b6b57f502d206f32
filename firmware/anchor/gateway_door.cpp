#include "firmware/anchor/gateway_door.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "firmware/local/greeting.hpp"
#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/note.hpp"

namespace sealwarden::anchor {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto patience = 5s;
// Among so many entries there is one that is not about anchors, and the newest of each witness;
// what is not found is asked once more than needed.
constexpr int look_back = 200;

}  // namespace

GatewayDoor::GatewayDoor(const std::filesystem::path& socket, const config::Config& config)
    : client_{socket, patience} {
    greet(config);
    feed_ = client_.start("feed", {{"from", log_.size}});
    learn({{"limit", look_back}});
    learn({{"limit", 1}, {"kinds", {"epoch.close"}}});
    if (config.evidence.time_stamps) learn({{"limit", 1}, {"kinds", {"anchor.tsa"}}});
    if (!config.evidence.witnesses.empty()) {
        learn({{"limit", look_back}, {"kinds", {"anchor.witness"}}});
    }
}

void GatewayDoor::greet(const config::Config& config) {
    const auto hello = local::greet(client_, config.site);
    log_.size = hello.at("size").get<std::uint64_t>();
    generation_ = hello.at("generation").get<std::uint64_t>();
}

void GatewayDoor::learn(json question) {
    question["newest_first"] = true;
    const auto answer = client_.call("query", std::move(question));
    for (const auto& record : answer.at("entries")) log_.take(record);
}

void GatewayDoor::read() {
    while (const auto line = client_.next(0ms)) {
        if (line->contains("error")) throw std::runtime_error{line->at("error").dump()};
        if (line->value("id", std::int64_t{0}) != feed_) continue;
        for (const auto& record : line->at("entries")) {
            log_.take(record);
            if (record.at("kind") == "config.changed") look_at_config_ = true;
        }
    }
}

std::optional<std::string> GatewayDoor::new_config_hash() {
    if (!look_at_config_) return std::nullopt;
    look_at_config_ = false;
    return client_.call("status").at("config_hash").get<std::string>();
}

SignedHead GatewayDoor::newest_head() {
    SignedHead head{.note = client_.call("checkpoint").at("note").get<std::string>(),
                    .checkpoint = {}};
    const auto note = tlog::parse_note(head.note);
    const auto checkpoint = note ? tlog::parse_checkpoint(note->text) : std::nullopt;
    if (!checkpoint) throw std::runtime_error{"the gateway's checkpoint is none"};
    head.checkpoint = *checkpoint;
    return head;
}

std::string GatewayDoor::seen(const std::string& note, const std::string& where) {
    return client_.call("seen", {{"note", note}, {"where", where}})
        .at("verdict")
        .get<std::string>();
}

void GatewayDoor::keep_cosignature(std::uint64_t size, const std::string& line) {
    client_.call("anchor", {{"size", size}, {"cosignature", line}});
}

void GatewayDoor::keep_stamp(std::uint64_t size, const std::string& reply) {
    client_.call("anchor", {{"size", size}, {"stamp", tlog::base64(reply)}});
}

void GatewayDoor::contradicted(const std::string& witness, const std::string& why, bool holds) {
    try {
        client_.call("contradicted", {{"where", witness}, {"why", why}, {"holds", holds}});
    } catch (const local::Refused&) {
        // It says so already, or cannot write now; the witness's next answer is told again.
    }
}

std::set<std::string> GatewayDoor::contradicting() {
    std::set<std::string> names;
    for (const auto& alarm : client_.call("state").at("alarms")) {
        if (alarm.at("kind") == "witness-contradicts" && alarm.at("active") == true) {
            names.insert(alarm.at("source").at("v").get<std::string>());
        }
    }
    return names;
}

}  // namespace sealwarden::anchor
