// Personal data beside a record, which the record commits to.
#pragma once

#include <string>
#include <string_view>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {

// The payload as it stands in a payload/INDEX.json. Throws Broken when it is malformed or not what
// `commitment` says. `name` is the file's, for the sentence.
[[nodiscard]] std::string committed_payload(std::string_view name, std::string_view bytes,
                                            const Hash& commitment);

}  // namespace sealwarden::verify
