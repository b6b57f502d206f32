#include "firmware/anchor/log_knowledge.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sealwarden::anchor {
namespace {

nlohmann::json record(std::uint64_t index, const std::string& kind,
                      nlohmann::json data = nlohmann::json::object()) {
    return {{"i", index},
            {"kind", kind},
            {"data", std::move(data)},
            {"t", {{"wall", "2026-11-24T03:00:00.000000Z"}}}};
}

TEST(LogKnowledge, EntriesAboutAnchorsAreNotWorthAnotherQuestion) {
    LogKnowledge log;
    log.take(record(41, "door.opened"));
    EXPECT_EQ(log.worth, 42u);
    log.take(record(42, "anchor.witness", {{"witness", "office"}, {"size", 42}}));
    log.take(record(43, "anchor.tsa", {{"size", 40}}));
    EXPECT_EQ(log.size, 44u);
    EXPECT_EQ(log.worth, 42u);
    log.take(record(44, "epoch.close"));
    EXPECT_EQ(log.worth, 45u);
    EXPECT_EQ(log.closing, 45u);
}

TEST(LogKnowledge, WhatIsReadFromTheNewestOnIsTheSame) {
    LogKnowledge log;
    log.take(record(90, "anchor.witness", {{"witness", "office"}, {"size", 80}}));
    log.take(record(70, "anchor.witness", {{"witness", "office"}, {"size", 60}}));
    log.take(record(71, "anchor.witness", {{"witness", "dock"}, {"size", 61}}));
    log.take(record(50, "anchor.tsa", {{"size", 40}}));
    log.take(record(30, "anchor.tsa", {{"size", 20}}));
    EXPECT_EQ(log.cosigned.at("office"), 80u);
    EXPECT_EQ(log.cosigned.at("dock"), 61u);
    EXPECT_EQ(log.stamped, 40u);
    EXPECT_EQ(log.stamped_at, wall_time("2026-11-24T03:00:00Z"));
    EXPECT_EQ(log.worth, 0u);
}

}  // namespace
}  // namespace sealwarden::anchor
