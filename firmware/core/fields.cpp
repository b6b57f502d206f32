#include "firmware/core/fields.hpp"

namespace sealwarden {

std::string joined(const std::vector<std::string>& list) {
    std::string text;
    for (const auto& one : list) {
        if (!text.empty()) text += ',';
        text += one;
    }
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> list;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        auto one = text.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (!one.empty()) list.emplace_back(one);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

}  // namespace sealwarden
