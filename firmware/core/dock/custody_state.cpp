#include "firmware/core/dock/custody_state.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace sealwarden {
namespace {

using enum CustodyState;
using Input = CustodyInput;

constexpr std::array states{unseen,   received, in_stock, quarantined, issued, affixed,
                            verified, mismatch, tampered, hold,        closed, broken,
                            replaced, removed,  disposed, retained,    voided, lost};
constexpr std::array inputs{Input::receive,   Input::accept, Input::quarantine, Input::issue,
                            Input::give_back, Input::affix,  Input::look,       Input::pass,
                            Input::differ,    Input::tamper, Input::clear,      Input::hold,
                            Input::release,   Input::cut,    Input::replace,    Input::remove,
                            Input::dispose,   Input::retain, Input::spoil,      Input::lose};

struct Move {
    CustodyState from;
    CustodyInput input;
    CustodyState to;
};
constexpr Move moves[] = {
    // a seal of others is first heard of here
    {unseen, Input::receive, received},
    {unseen, Input::affix, affixed},
    {unseen, Input::look, affixed},
    {unseen, Input::pass, verified},
    {unseen, Input::differ, mismatch},
    {unseen, Input::tamper, tampered},
    {unseen, Input::cut, broken},
    {unseen, Input::remove, removed},
    // with its lot
    {received, Input::accept, in_stock},
    {received, Input::quarantine, quarantined},
    {quarantined, Input::accept, in_stock},
    // by itself
    {in_stock, Input::issue, issued},
    {in_stock, Input::spoil, voided},
    {in_stock, Input::lose, lost},
    {issued, Input::affix, affixed},
    {issued, Input::give_back, in_stock},
    {issued, Input::spoil, voided},
    {issued, Input::lose, lost},
    // on a container
    {affixed, Input::look, affixed},
    {affixed, Input::pass, verified},
    {affixed, Input::differ, mismatch},
    {affixed, Input::tamper, tampered},
    {affixed, Input::cut, broken},
    {affixed, Input::remove, removed},
    {verified, Input::look, verified},
    {verified, Input::pass, verified},
    {verified, Input::differ, mismatch},
    {verified, Input::tamper, tampered},
    {verified, Input::cut, broken},
    {verified, Input::remove, removed},
    // in doubt
    {mismatch, Input::clear, verified},
    {mismatch, Input::affix, affixed},
    {mismatch, Input::tamper, tampered},
    {mismatch, Input::hold, hold},
    {tampered, Input::hold, hold},
    {hold, Input::release, closed},
    // off it
    {broken, Input::replace, replaced},
    {removed, Input::dispose, disposed},
    {removed, Input::retain, retained},
    {removed, Input::tamper, tampered},
    {retained, Input::tamper, tampered},
};

}  // namespace

std::string_view to_string(CustodyState state) {
    switch (state) {
        case unseen: return "unseen";
        case received: return "received";
        case in_stock: return "in_stock";
        case quarantined: return "quarantined";
        case issued: return "issued";
        case affixed: return "affixed";
        case verified: return "verified";
        case mismatch: return "mismatch";
        case tampered: return "tampered";
        case hold: return "hold";
        case closed: return "closed";
        case broken: return "broken";
        case replaced: return "replaced";
        case removed: return "removed";
        case disposed: return "disposed";
        case retained: return "retained";
        case voided: return "void";
        case lost: return "lost";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const CustodyState> values(CustodyState) {
    return states;
}

std::string_view to_string(CustodyInput input) {
    switch (input) {
        case Input::receive: return "receive";
        case Input::accept: return "accept";
        case Input::quarantine: return "quarantine";
        case Input::issue: return "issue";
        case Input::give_back: return "give_back";
        case Input::affix: return "affix";
        case Input::look: return "look";
        case Input::pass: return "pass";
        case Input::differ: return "differ";
        case Input::tamper: return "tamper";
        case Input::clear: return "clear";
        case Input::hold: return "hold";
        case Input::release: return "release";
        case Input::cut: return "cut";
        case Input::replace: return "replace";
        case Input::remove: return "remove";
        case Input::dispose: return "dispose";
        case Input::retain: return "retain";
        case Input::spoil: return "spoil";
        case Input::lose: return "lose";
    }
    assert(!"every input has a name");
    return "?";
}
std::span<const CustodyInput> values(CustodyInput) {
    return inputs;
}

std::optional<CustodyState> next(CustodyState state, CustodyInput input) {
    const auto* const move = std::ranges::find_if(
        moves, [&](const Move& one) { return one.from == state && one.input == input; });
    if (move == std::ranges::end(moves)) return {};
    return move->to;
}

bool in_use(CustodyState state) {
    return state == affixed || state == verified;
}

bool in_doubt(CustodyState state) {
    return state == mismatch || state == tampered || state == hold;
}

bool used_up(CustodyState state) {
    switch (state) {
        case closed:
        case broken:
        case replaced:
        case removed:
        case disposed:
        case retained: return true;
        case unseen:
        case received:
        case in_stock:
        case quarantined:
        case issued:
        case affixed:
        case verified:
        case mismatch:
        case tampered:
        case hold:
        case voided:
        case lost: return false;
    }
    assert(!"every state has an answer");
    return false;
}

}  // namespace sealwarden
