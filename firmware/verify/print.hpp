// A report, for people and for programs.
#pragma once

#include <string>

#include "firmware/verify/report.hpp"

namespace sealwarden::verify {

[[nodiscard]] std::string_view verdict_words(Verdict verdict, Language language);
[[nodiscard]] std::string print_text(const Report& report, Language language);
[[nodiscard]] std::string print_json(const Report& report,
                                     Language language);  // one object, one line

}  // namespace sealwarden::verify
