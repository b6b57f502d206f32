// What an entry says of an alarm, as far as strangers are told of it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"

namespace sealwarden::notify {

struct News {
    std::uint64_t index = 0;
    std::string event;  // "alarm.raised"
    std::string alarm;  // id, as the log has it
    std::string kind, source_kind, source_id;
    std::string priority, state;  // "high"; "unack_active"
    bool active = false;
    std::int64_t count = 0;
    WallTime at, raised;
    std::string group;  // of a step of the escalation
    std::int64_t step = 0;
    std::string by;  // who acknowledged
    bool set_aside = false;

    [[nodiscard]] bool is_step() const { return event == "alarm.escalated"; }
    // Nothing is asked any more.
    [[nodiscard]] bool over() const { return state == "normal"; }
};

// Empty: the entry is not about an alarm, or of a form that is not known here.
[[nodiscard]] std::optional<News> news_from(const nlohmann::json& record);

// Does this webhook want to hear of it? What is set aside asks for nothing.
[[nodiscard]] bool is_wanted(const News& news, const config::Webhook& webhook);

}  // namespace sealwarden::notify
