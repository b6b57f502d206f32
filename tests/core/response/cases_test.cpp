#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

class CasesTest : public ProceduresTest {};

TEST_F(CasesTest, AnActNobodyKnowsIsToldSo) {
    const auto act = act_from("visit.fly", {});
    EXPECT_EQ(std::get<std::string>(act), "there is no command `visit.fly`");
}

}  // namespace
}  // namespace sealwarden
