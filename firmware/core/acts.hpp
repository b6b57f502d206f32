// Every act there is, and the way from its name and arguments.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/core/access/access_acts.hpp"
#include "firmware/core/access/people.hpp"
#include "firmware/core/alarm_acts.hpp"
#include "firmware/core/dock/custody_acts.hpp"
#include "firmware/core/dock/visit_acts.hpp"
#include "firmware/core/output_acts.hpp"
#include "firmware/core/response/camera_check.hpp"
#include "firmware/core/response/case_acts.hpp"
#include "firmware/core/response/test_acts.hpp"

namespace sealwarden {

template <class... Variants>
struct JoinedVariant;
template <class... A>
struct JoinedVariant<std::variant<A...>> {
    using type = std::variant<A...>;
};
template <class... A, class... B, class... More>
struct JoinedVariant<std::variant<A...>, std::variant<B...>, More...> {
    using type = typename JoinedVariant<std::variant<A..., B...>, More...>::type;
};

using Act = JoinedVariant<PeopleActs, CustodyActs, VisitActs, AccessActs, AlarmActs, CaseActs,
                          TestActs, CameraActs, OutputActs>::type;

struct ActDescription {
    std::string_view name, help;
    std::vector<Argument> arguments;
};
[[nodiscard]] std::vector<ActDescription> act_descriptions();  // in the order of the variant
[[nodiscard]] std::string_view name_of(const Act& act);

// The act, or one sentence about what is wrong with its name or arguments.
[[nodiscard]] std::variant<Act, std::string> act_from(
    std::string_view name, const std::map<std::string, Datum>& arguments);

}  // namespace sealwarden
