#include "firmware/core/acts.hpp"

#include <utility>

namespace sealwarden {
namespace {

template <class Use>
void each_act(const Use& use) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (use(std::variant_alternative_t<I, Act>{}), ...);
    }(std::make_index_sequence<std::variant_size_v<Act>>{});
}

}  // namespace

std::vector<ActDescription> act_descriptions() {
    std::vector<ActDescription> all;
    each_act([&all]<class A>(const A& act) {
        ArgumentLister lister;
        A::fields(act, lister);
        all.push_back({A::info.name, A::info.help, std::move(lister.list)});
    });
    return all;
}

std::string_view name_of(const Act& act) {
    return std::visit([]<class A>(const A&) { return A::info.name; }, act);
}

std::variant<Act, std::string> act_from(std::string_view name,
                                        const std::map<std::string, Datum>& arguments) {
    std::variant<Act, std::string> found{"there is no command `" + std::string{name} + "`"};
    each_act([&]<class A>(A act) {
        if (A::info.name != name) return;
        ArgumentReader reader{arguments};
        A::fields(act, reader);
        auto complaint = reader.complaint();
        if (complaint.empty())
            found = Act{std::move(act)};
        else
            found = std::move(complaint);
    });
    return found;
}

}  // namespace sealwarden
