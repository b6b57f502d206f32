// Commissions an empty log with epochs of five seconds, so that a test sees them end.
//
//     commission_shortly KEYS-DIRECTORY ORIGIN
#include <cstdio>

#include "firmware/evidence/commission.hpp"

int main(int count, char** arguments) {
    using namespace sealwarden;
    if (count != 3) return 2;
    const auto sheet = evidence::commission(
        {arguments[1]},
        {.origin = arguments[2],
         .now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
         .epoch = std::chrono::seconds{5},
         .keys = 1000,
         .log = {.generation = 1, .size = 0, .root = tlog::sha256({})}});
    std::fputs(tlog::text_of(sheet).c_str(), stdout);
}
