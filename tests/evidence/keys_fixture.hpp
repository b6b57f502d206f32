// A commissioned gateway's key directory.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "firmware/evidence/commission.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::evidence {

class KeysTest : public testing::Test {
  protected:
    KeyFiles files() const { return {directory_.path() / "keys"}; }
    Commissioning wanted() const {
        using namespace std::chrono;
        return {.origin = "sealwarden/dc7/gw1",
                .now = sys_days{2026y / November / 24} + 11h + 17min + 5s,
                .epoch = 3600s,
                .keys = 12,
                .log = {.generation = 1, .size = 0, .root = tlog::sha256({})},
                .export_every = 10s,
                .witnesses = {},
                .tsas = {}};
    }
    std::string log_key() const { return text_in(files().log_key()).substr(0, 64); }
    static std::string text_in(const std::filesystem::path& file) {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    template <class Do>
    static std::string trouble(const Do& act) {
        try {
            act();
        } catch (const KeyTrouble& error) {
            return error.what();
        }
        return "no trouble";
    }

    test::TemporaryDirectory directory_;
};

}  // namespace sealwarden::evidence
