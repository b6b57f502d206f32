// The words of the acts' enums.
#include <array>
#include <cassert>

#include "firmware/core/dock/custody_acts.hpp"
#include "firmware/core/dock/visit_acts.hpp"

namespace sealwarden {
namespace {

constexpr std::array checks{Check::not_done, Check::good, Check::bad};
constexpr std::array classes{SealClass::indicative, SealClass::security, SealClass::high_security};
constexpr std::array ways{ReadBy::typed, ReadBy::scanned, ReadBy::reader, ReadBy::picture};
constexpr std::array unit_kinds{UnitKind::container, UnitKind::trailer};
constexpr std::array purposes{Purpose::unload, Purpose::load, Purpose::both};

}  // namespace

std::string_view to_string(Check check) {
    switch (check) {
        case Check::not_done: return "not_done";
        case Check::good: return "good";
        case Check::bad: return "bad";
    }
    assert(!"every result has a name");
    return "?";
}
std::span<const Check> values(Check) {
    return checks;
}

std::string_view to_string(SealClass seal_class) {
    switch (seal_class) {
        case SealClass::indicative: return "I";
        case SealClass::security: return "S";
        case SealClass::high_security: return "H";
    }
    assert(!"every class has a letter");
    return "?";
}
std::span<const SealClass> values(SealClass) {
    return classes;
}

std::string_view to_string(ReadBy how) {
    switch (how) {
        case ReadBy::typed: return "typed";
        case ReadBy::scanned: return "scanned";
        case ReadBy::reader: return "reader";
        case ReadBy::picture: return "picture";
    }
    assert(!"every way has a name");
    return "?";
}
std::span<const ReadBy> values(ReadBy) {
    return ways;
}

std::string_view to_string(UnitKind kind) {
    switch (kind) {
        case UnitKind::container: return "container";
        case UnitKind::trailer: return "trailer";
    }
    assert(!"every kind has a name");
    return "?";
}
std::span<const UnitKind> values(UnitKind) {
    return unit_kinds;
}

std::string_view to_string(Purpose purpose) {
    switch (purpose) {
        case Purpose::unload: return "unload";
        case Purpose::load: return "load";
        case Purpose::both: return "both";
    }
    assert(!"every purpose has a name");
    return "?";
}
std::span<const Purpose> values(Purpose) {
    return purposes;
}

}  // namespace sealwarden
