#include "firmware/anchor/witness_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware/tlog/cosignature.hpp"

namespace sealwarden::anchor {
namespace {

using Kind = WitnessAnswer::Kind;

constexpr std::uint64_t no_log_is_so_long = 1ull << 53;  // indexes are exact in JSON (RFC 7493 2.2)

WitnessAnswer failed(std::string why) {
    return {.kind = Kind::failed, .why = std::move(why)};
}

// Lines of keys that are not configured are ignored, as the specification has it.
WitnessAnswer cosigned(std::string_view body, const AskedHead& asked, const tlog::NoteKey& key) {
    while (!body.empty()) {
        const auto text = body.substr(0, body.find('\n'));
        const auto line = tlog::parse_note_line(text);
        if (line && tlog::cosigned_at(*line, key, asked.text)) {
            return {.kind = Kind::cosigned, .line = std::string{text}};
        }
        body.remove_prefix(std::min(text.size() + 1, body.size()));
    }
    return failed("it answered without a signature of " + key.name +
                  " that holds: is the configured key its own?");
}

// Nobody who signed nothing of this log can contradict it.
WitnessAnswer disagrees(const AskedHead& asked, unsigned status, std::string_view how) {
    if (asked.old_size == 0) {
        return failed(fmt::format(
            "it refuses the first head that it is shown of this log, with HTTP status {}", status));
    }
    return {.kind = Kind::contradicts,
            .why = fmt::format("it says that it signed another history, with {} size {}, which "
                               "nothing proves",
                               how, asked.old_size)};
}

WitnessAnswer conflict(const HttpAnswer& answer, const AskedHead& asked) {
    auto body = std::string_view{answer.body};
    if (body.ends_with('\n')) body.remove_suffix(1);
    const auto size = tlog::number_from(body);
    const bool tells = answer.content_type.starts_with("text/x.tlog.size");
    if (tells && !size) return failed("it tells no size that it holds");
    if (tells && *size >= no_log_is_so_long) return failed("it tells a size that no log has");
    if (tells && *size != asked.old_size) return {.kind = Kind::holds, .size = *size};
    return disagrees(asked, answer.status, "another root for");
}

}  // namespace

WitnessAnswer judged(const HttpAnswer& answer, const AskedHead& asked, const tlog::NoteKey& key) {
    switch (answer.status) {
        case 200: return cosigned(answer.body, asked, key);
        case 409: return conflict(answer, asked);
        case 422:
            return disagrees(asked, answer.status, "a root from which this log does not go on at");
        case 403: return failed("it knows another key of this log");
        case 404: return failed("it does not know this log, or does not answer at this URL");
        default: return failed(fmt::format("it answered with HTTP status {}", answer.status));
    }
}

}  // namespace sealwarden::anchor
