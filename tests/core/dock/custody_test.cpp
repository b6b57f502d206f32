#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

class CustodyTest : public ProceduresTest {};

TEST_F(CustodyTest, AnActNobodyKnowsIsToldSo) {
    const auto act = act_from("visit.fly", {});
    EXPECT_EQ(std::get<std::string>(act), "there is no command `visit.fly`");
}

}  // namespace
}  // namespace sealwarden
