#include "drivers/reading.hpp"

#include <cassert>
#include <mutex>
#include <unordered_set>

namespace sealwarden {
namespace {

// Names are never given back: a point comes from configuration, and configurations are few.
const std::string& intern(std::string_view name) {
    static std::mutex mutex;
    static auto& names = *new std::unordered_set<std::string>;
    const std::scoped_lock lock{mutex};
    return *names.emplace(name).first;
}

}  // namespace

const std::string& PointId::none() {
    static const std::string& empty = intern("");
    return empty;
}

PointId::PointId(std::string_view name) : name_{&intern(name)} {}

std::string_view PointId::device() const {
    return std::string_view{*name_}.substr(0, name_->find('.'));
}

std::string_view PointId::point() const {
    const auto dot = name_->find('.');
    return dot == std::string::npos ? std::string_view{} : std::string_view{*name_}.substr(dot + 1);
}

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::no_answer: return "no_answer";
        case Fault::bad_answer: return "bad_answer";
        case Fault::refused: return "refused";
        case Fault::port_gone: return "port_gone";
    }
    assert(!"every fault has a name");
    return "?";
}

}  // namespace sealwarden
