#include "firmware/eventlog/state_parts.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

namespace sealwarden::eventlog {
namespace {

// Any record, and bytes that are none.
class PartsReader final : public nlohmann::json_sax<nlohmann::json> {
  public:
    StateParts parts;

    bool null() override { return datum({}); }
    bool boolean(bool value) override { return datum(value); }
    bool number_integer(std::int64_t value) override { return datum(value); }
    bool number_unsigned(std::uint64_t value) override {
        return datum(static_cast<std::int64_t>(value));
    }
    bool number_float(double, const std::string&) override { return false; }  // FORMAT.md: none
    bool string(std::string& value) override {
        if (depth_ == 1 && section_ == "priv") parts.has_personal = true;
        if (depth_ == 2 && section_ == "t" && key_ == "boot") parts.boot = value;
        if (depth_ == 3 && section_ == "subj" && subject_ == 1) {
            if (key_ == "k") parts.main.kind = value;
            if (key_ == "v") parts.main.id = value;
        }
        return datum(std::move(value));
    }
    bool binary(nlohmann::json::binary_t&) override { return false; }
    bool key(std::string& name) override {
        (depth_ == 1 ? section_ : key_) = name;
        return true;
    }
    bool start_object(std::size_t) override {
        ++depth_;
        if (depth_ == 3 && section_ == "subj") ++subject_;
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        ++depth_;
        return true;
    }
    bool end_array() override {
        --depth_;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
        return false;
    }

  private:
    bool datum(Datum value) {
        if (depth_ == 2 && section_ == "data") parts.data.add(key_, std::move(value));
        return true;
    }
    int depth_ = 0, subject_ = 0;
    std::string section_, key_;
};

// The same of a record as this program writes it (RFC 8785) whose texts have no escapes: in one
// walk along its bytes. A start reads a hundred thousand of them.
class PlainReader {
  public:
    explicit PlainReader(std::string_view bytes) : rest_{bytes} { parts_.data.reserve(usual_data); }

    // Nothing: it is something else, and nothing of it is said.
    std::optional<StateParts> read() {
        const bool whole = members([this](std::string_view name) {
            if (name == "data") return data();
            if (name == "subj") return subjects();
            if (name == "t") return time();
            if (name == "priv") parts_.has_personal = true;
            return skip(0);
        });
        if (!whole || !rest_.empty()) return {};
        return std::move(parts_);
    }

  private:
    static constexpr std::size_t usual_data = 32;
    static constexpr int deepest = 8;

    bool take(char expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    bool text(std::string_view& value) {
        if (!take('"')) return false;
        const auto end = rest_.find('"');
        if (end == std::string_view::npos) return false;
        value = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return true;
    }
    bool number(std::int64_t& value) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{}) return false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return rest_.starts_with(',') || rest_.starts_with('}') || rest_.starts_with(']');
    }
    // One object; `each` reads the value of a member.
    template <class Each>
    bool members(const Each& each) {
        if (!take('{')) return false;
        if (take('}')) return true;
        do {
            std::string_view name;
            if (!text(name) || !take(':') || !each(name)) return false;
        } while (take(','));
        return take('}');
    }
    template <class Each>
    bool elements(const Each& each) {
        if (!take('[')) return false;
        if (take(']')) return true;
        do
            if (!each()) return false;
        while (take(','));
        return take(']');
    }
    bool skip(int depth) {
        if (depth == deepest) return false;
        if (rest_.starts_with('{'))
            return members([&](std::string_view) { return skip(depth + 1); });
        if (rest_.starts_with('[')) return elements([&] { return skip(depth + 1); });
        Datum unused;
        return scalar(unused);
    }
    bool scalar(Datum& datum) {
        if (rest_.starts_with('"')) {
            std::string_view value;
            if (!text(value)) return false;
            datum = std::string{value};
            return true;
        }
        if (take("null")) return true;
        if (take("true")) return datum = true, true;
        if (take("false")) return datum = false, true;
        std::int64_t value = 0;
        if (!number(value)) return false;
        datum = value;
        return true;
    }
    bool data() {
        return members([this](std::string_view name) {
            if (rest_.starts_with('{') || rest_.starts_with('[')) return skip(0);
            Datum datum;
            if (!scalar(datum)) return false;
            parts_.data.add(name, std::move(datum));
            return true;
        });
    }
    bool subjects() {
        bool first = true;
        return elements([&] {
            const bool is_main = std::exchange(first, false);
            return members([&](std::string_view name) {
                if (!is_main || !rest_.starts_with('"')) return skip(0);
                std::string_view value;
                if (!text(value)) return false;
                if (name == "k") parts_.main.kind = value;
                if (name == "v") parts_.main.id = value;
                return true;
            });
        });
    }
    bool time() {
        return members([this](std::string_view name) {
            std::string_view value;
            if (name != "boot" || !rest_.starts_with('"')) return skip(0);
            if (!text(value)) return false;
            parts_.boot = value;
            return true;
        });
    }

    std::string_view rest_;
    StateParts parts_;
};

}  // namespace

std::optional<StateParts> parts_of(const Entry& entry) {
    if (entry.bytes.find('\\') == std::string::npos)
        if (auto parts = PlainReader{entry.bytes}.read()) return parts;
    PartsReader reader;
    if (!nlohmann::json::sax_parse(entry.bytes, &reader)) return {};
    return std::move(reader.parts);
}

}  // namespace sealwarden::eventlog
