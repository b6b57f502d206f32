#include "firmware/verify/report.hpp"

#include <algorithm>

namespace sealwarden::verify {

int exit_code(Verdict verdict) {
    switch (verdict) {
        case Verdict::verified: return 0;
        case Verdict::with_gaps: return 4;
        case Verdict::not_provable: return 5;
        case Verdict::changed: return 3;
        case Verdict::not_checked: return 1;
    }
    return 1;
}

Verdict Report::verdict() const {
    if (const auto* failure = decisive()) return failure->verdict;
    const bool any_gap = std::ranges::any_of(findings, &Finding::gap);
    return any_gap ? Verdict::with_gaps : Verdict::verified;
}

const Failure* Report::decisive() const {
    const auto worst = std::ranges::max_element(failures, {}, &Failure::verdict);
    return worst == failures.end() ? nullptr : &*worst;  // max_element gives the first of equals
}

}  // namespace sealwarden::verify
