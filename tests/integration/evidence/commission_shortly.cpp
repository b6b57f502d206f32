// Commissions an empty log with epochs of five seconds, so that a test sees them end.
//
//     commission_shortly KEYS-DIRECTORY ORIGIN [WITNESS-VKEY...]
#include <cstdio>

#include "firmware/evidence/commission.hpp"

int main(int count, char** arguments) {
    using namespace sealwarden;
    if (count < 3) return 2;
    std::vector<tlog::NoteKey> witnesses;
    for (int i = 3; i < count; ++i) witnesses.push_back(tlog::key_from_vkey(arguments[i]).value());
    const auto sheet = evidence::commission(
        {arguments[1]},
        {.origin = arguments[2],
         .now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
         .epoch = std::chrono::seconds{5},
         .keys = 1000,
         .log = {.generation = 1, .size = 0, .root = tlog::sha256({})},
         .witnesses = witnesses});
    std::fputs(tlog::text_of(sheet).c_str(), stdout);
}
