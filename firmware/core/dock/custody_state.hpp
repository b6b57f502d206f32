// Where a seal is in its life: the one transition table (domain.md 2.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sealwarden {

//   (unseen) -- receive ------> received -- accept -----> in_stock
//   received -- quarantine ---> quarantined -- accept --> in_stock
//   in_stock -- issue --------> issued -- affix --------> affixed
//   issued -- give_back ------> in_stock
//   in_stock, issued -- spoil > voided
//   in_stock, issued -- lose -> lost
//
//   affixed, verified -- pass ----> verified
//   affixed, verified -- look ----> the same: compared with nothing, it verifies nothing
//   affixed, verified -- differ --> mismatch -- clear --> verified
//   mismatch -- affix ------------> affixed (in the place of a broken one)
//   affixed, verified, mismatch,
//   removed, retained -- tamper --> tampered
//   mismatch, tampered -- hold ---> hold -- release ----> closed
//   affixed, verified -- cut -----> broken -- replace --> replaced
//   affixed, verified -- remove --> removed -- dispose -> disposed
//   removed -- retain ------------> retained
//
// A seal that others put on is unseen until it is first read: affix, look, pass, differ, tamper,
// cut and remove lead from there to where they lead from `affixed`. Up to `in_stock` it is the lot
// that has the state. `hold` is never left but by `release`.
enum class CustodyState : std::uint8_t {
    unseen,
    received,
    in_stock,
    quarantined,  // its lot has no certificate (CTPAT 6.5)
    issued,
    affixed,
    verified,
    mismatch,
    tampered,
    hold,
    closed,
    broken,
    replaced,
    removed,
    disposed,
    retained,
    voided,  // "void"
    lost,
};
[[nodiscard]] std::string_view to_string(CustodyState state);
[[nodiscard]] std::span<const CustodyState> values(CustodyState);

enum class CustodyInput {
    receive,     // its lot was counted
    accept,      // its lot has a certificate
    quarantine,  // its lot has none
    issue,
    give_back,
    affix,
    look,    // a check found nothing wrong, and there was nothing to compare the number with
    pass,    // a check found nothing wrong
    differ,  // a check found another number than the documents have
    tamper,  // found altered, loose, cut or of the wrong hardware
    clear,   // the mismatch was a clerical error
    hold,
    release,
    cut,      // by customs, another authority or the carrier
    replace,  // a new seal came in its place
    remove,   // at its destination, with authority
    dispose,
    retain,
    spoil,  // damaged, will not be used
    lose,
};
[[nodiscard]] std::string_view to_string(CustodyInput input);
[[nodiscard]] std::span<const CustodyInput> values(CustodyInput);

// Empty: not from this state.
[[nodiscard]] std::optional<CustodyState> next(CustodyState state, CustodyInput input);

// It is on its container and nothing is wrong with it.
[[nodiscard]] bool in_use(CustodyState state);
// Something is wrong with it and waits for a person: mismatch, tampered, hold.
[[nodiscard]] bool in_doubt(CustodyState state);
// It was on a container, and is not any more.
[[nodiscard]] bool used_up(CustodyState state);

}  // namespace sealwarden
