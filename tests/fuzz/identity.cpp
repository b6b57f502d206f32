// Any bytes as what strangers send to identity: a cookie, a token, a JSON body, an address, a code,
// a file of tokens. What is taken is what would be written again.
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/console/identity/body.hpp"
#include "firmware/console/identity/credentials.hpp"
#include "firmware/console/route.hpp"
#include "firmware/identity/lock_out.hpp"
#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/identity/names.hpp"
#include "firmware/identity/password_rules.hpp"
#include "firmware/identity/secrets.hpp"
#include "firmware/identity/token.hpp"

using namespace sealwarden;
using namespace sealwarden::identity;

namespace {

void body(std::string_view text) {
    try {
        const Body body{text, {"user", "password", "enabled", "days", "rights"}};
        assert(body.text("user", 40).size() <= 40);
        static_cast<void>(body.maybe_flag("enabled"));
        static_cast<void>(body.maybe_number("days"));
        assert(body.list("rights").size() <= 64);
    } catch (const console::Problem& problem) {
        assert(problem.status == 400);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto session = session_in(text);
    assert(session.empty() || (looks_like_secret(session) && text.find(session) != text.npos));
    if (const auto token = token_from(text)) assert(text_of(*token) == text);
    if (const auto token = token_in(text)) assert(text.ends_with(text_of(*token)));
    body(text);
    assert(counted_address(text).size() <= text.size() + 64);
    if (const auto code = code_from(text)) assert(code_from(*code) == code);
    if (is_name(text)) assert(size <= 40);
    if (fault_of(text, {"ana", "dc7"}) == PasswordFault::none) assert(characters(text) >= 12);
    static_cast<void>(is_date(text));
    if (const auto tokens = mqtt_tokens_from(text)) {
        assert(mqtt_tokens_from(to_json(*tokens)) == tokens);
        static_cast<void>(judged(*tokens, text, "visit.arrive", 0));
    }
    return 0;
}
