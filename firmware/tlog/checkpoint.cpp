#include "firmware/tlog/checkpoint.hpp"

#include "firmware/tlog/note.hpp"

namespace sealwarden::tlog {
namespace {

void add_lines(std::string& text, const std::vector<Hash>& hashes) {
    for (const auto& hash : hashes) {
        text += base64(hash);
        text += '\n';
    }
}

}  // namespace

std::string Checkpoint::text() const {
    return origin + '\n' + std::to_string(size) + '\n' + base64(root) + '\n';
}

std::string bundle_text(const Hash& manifest) {
    return "sealwarden bundle 1\n" + hex(bytes_of(manifest)) + '\n';
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
    const auto first = text.find('\n');
    if (first == std::string_view::npos) return std::nullopt;
    const auto second = text.find('\n', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto third = text.find('\n', second + 1);
    if (third == std::string_view::npos || third + 1 != text.size()) return std::nullopt;
    const auto size = number_from(text.substr(first + 1, second - first - 1));
    const auto root = hash_from_base64(text.substr(second + 1, third - second - 1));
    if (!is_key_name(text.substr(0, first)) || !size || !root) return std::nullopt;
    return Checkpoint{.origin = std::string{text.substr(0, first)}, .size = *size, .root = *root};
}

std::optional<Checkpoint> parse_checkpoint_of_any_log(std::string_view text) {
    std::size_t head = 0;
    for (int line = 0; line < 3; ++line) {
        const auto end = text.find('\n', head);
        if (end == std::string_view::npos) return std::nullopt;
        head = end + 1;
    }
    const auto extensions = text.substr(head);
    const bool empty_line =
        extensions.starts_with('\n') || extensions.find("\n\n") != std::string_view::npos;
    return empty_line ? std::nullopt : parse_checkpoint(text.substr(0, head));
}

std::string tlog_proof(std::uint64_t index, const Path& path, std::string_view checkpoint) {
    std::string text = "c2sp.org/tlog-proof@v1\nindex " + std::to_string(index) + '\n';
    add_lines(text, path);
    text += '\n';
    text += checkpoint;
    return text;
}

std::string add_checkpoint_body(std::uint64_t old_size, const Path& path,
                                std::string_view checkpoint) {
    std::string text = "old " + std::to_string(old_size) + '\n';
    add_lines(text, path);
    text += '\n';
    text += checkpoint;
    return text;
}

std::string range_text(std::uint64_t from, const std::vector<Hash>& leaves, const Path& outside,
                       std::string_view checkpoint) {
    std::string text =
        "range " + std::to_string(from) + ' ' + std::to_string(from + leaves.size()) + '\n';
    add_lines(text, outside);
    text += "leaves\n";
    add_lines(text, leaves);
    text += '\n';
    text += checkpoint;
    return text;
}

}  // namespace sealwarden::tlog
