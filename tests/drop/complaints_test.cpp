#include "firmware/drop/complaints.hpp"

#include <gtest/gtest.h>

#include "firmware/core/csv.hpp"
#include "firmware/core/dock/container_number.hpp"
#include "firmware/core/dock/seal_number.hpp"

namespace sealwarden::drop {
namespace {

std::string spanish(std::string_view message) {
    return complaints_in(Language::spanish, message);
}

TEST(Complaints, AreTranslatedWithLineAndColumnOneALine) {
    EXPECT_EQ(spanish("line 3: `container`: the check digit is 1; of `MSCU663987` it is 0; line 7: "
                      "`seals`: HL1 is expected on MSCU6639870; and 2 more"),
              "línea 3: `container`: el dígito verificador es 1; el de `MSCU663987` es 0\n"
              "línea 7: `seals`: HL1 se espera en MSCU6639870\n"
              "y 2 más");
}

TEST(Complaints, InEnglishTheyOnlyGetLinesOfTheirOwn) {
    EXPECT_EQ(
        complaints_in(Language::english, "line 3: it has 2 cells; the header has 5; line 4: x"),
        "line 3: it has 2 cells; the header has 5\nline 4: x");
}

TEST(Complaints, WhatTheCatalogDoesNotKnowStaysAsItIs) {
    EXPECT_EQ(spanish("the log takes no entries at present; try again"),
              "the log takes no entries at present; try again");
    EXPECT_EQ(spanish(""), "");
}

// The sentences are the core's own: one that is reworded there is missed here.
TEST(Complaints, WhatTheCoreSaysOfFilesNumbersAndPlatesIsKnown) {
    constexpr std::string_view known[]{"a", "b"}, required[]{"a"};
    for (const std::string_view file :
         {"", "a;b\n1;2\n", "a,c\n1,2\n", "a,a\n1,1\n", "b\n1\n", "a\n", "a,b\n1\n", "a\n\"x\"y\n",
          "a\nx\"y\n", "a\n\"x\n"}) {
        Complaints complaints;
        static_cast<void>(read_csv(file, known, required, complaints));
        ASSERT_FALSE(complaints.empty()) << file;
        EXPECT_EQ(spanish(complaints.message()).find("the "), std::string::npos)
            << spanish(complaints.message());
        EXPECT_NE(spanish(complaints.message()).find("línea "), std::string::npos);
    }
    for (const auto* number :
         {"MSCU6639871", "MSCU66398", "M5CU6639870", "MSCX6639870", "MSCU66A9870", "MSCU663987X",
          "MSCU66398-7\xc3\xb1", "1SCX66A987X"}) {
        const auto told = unit_number(UnitKind::container, number).complaint();
        ASSERT_FALSE(told.empty()) << number;
        EXPECT_NE(spanish(told), told);
        EXPECT_EQ(spanish(told).find(" must be "), std::string::npos) << spanish(told);
    }
    for (const auto* number : {"X", "12345678901234567890"}) {
        const auto told = unit_number(UnitKind::trailer, number).complaint();
        EXPECT_NE(spanish(told), told) << told;
    }
    for (const auto* number : {"H", "HL_1", "\xc3\xb1"}) {
        const auto told = SealNumber{number}.complaint();
        EXPECT_NE(spanish(told), told) << told;
    }
}

}  // namespace
}  // namespace sealwarden::drop
