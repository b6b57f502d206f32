#include "drivers/profile/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace sealwarden {

namespace {

using nlohmann::json;
using Pointer = json::json_pointer;
using std::chrono::milliseconds;

constexpr std::size_t table_size = 65536;  // addresses of one Modbus table

Table table_of(std::string_view word) {
    if (word == "coil") return Table::coil;
    if (word == "discrete-input") return Table::discrete_input;
    if (word == "input-register") return Table::input_register;
    return Table::holding_register;
}

bool is_bit_table(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

// "16" or "0x10"
std::optional<std::int64_t> number_of(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x")) {
        text.remove_prefix(2);
        base = 16;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

// Two characters a register, the first in the high half, the last filled up with NUL.
std::vector<std::uint16_t> words_of(const std::string& text) {
    std::vector<std::uint16_t> words;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = static_cast<unsigned char>(text[i]);
        const auto low = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        words.push_back(static_cast<std::uint16_t>(high << 8U | low));
    }
    return words;
}

class Builder {
  public:
    explicit Builder(const TomlDocument& document) : document_(document) {}

    ReadProfile profile() {
        const json& root = document_.root;
        Profile& profile = out_.profile;
        const auto text = [&](const char* key) { return root.at(key).get<std::string>(); };
        profile.id = text("id");
        profile.version = text("version");
        profile.manufacturer = text("manufacturer");
        profile.model = text("model");
        profile.kind = text("kind");
        profile.datasheet = text("datasheet");
        profile.verified_on = text("verified_on");
        profile.license = text("license");
        profile.read_device_identification = root.value("read_device_identification", false);
        profile.identity = root.value("identity", std::vector<std::string>{});
        timing();
        each("group", [&](const json& node, const Pointer&) { group(node); });
        if (std::none_of(profile.groups.begin(), profile.groups.end(),
                         [](const auto& g) { return g.name == "fast"; }))
            profile.groups.insert(profile.groups.begin(), PollGroup{.name = "fast", .period = {}});
        each("point", [&](const json& node, const Pointer& at) { points(node, at); });
        each("output", [&](const json& node, const Pointer& at) { outputs(node, at); });
        if (profile.points.empty())
            add(Pointer(),
                "at least one [[point]] or [[output]] is missing: what can be read, or switched");
        each("write", [&](const json& node, const Pointer&) { write(node); });
        each("handshake", [&](const json& node, const Pointer&) { handshake(node); });
        each("vector", [&](const json& node, const Pointer& at) { vector(node, at); });
        return std::move(out_);
    }

  private:
    template <class Read>
    void each(const char* key, Read read) {
        if (!document_.root.contains(key)) return;
        const Pointer at = Pointer() / key;
        const json& list = document_.root[key];
        for (std::size_t i = 0; i < list.size(); ++i) read(list[i], at / i);
    }

    void timing() {
        if (!document_.root.contains("timing")) return;
        const json& node = document_.root["timing"];
        ProfileTiming& timing = out_.profile.timing;
        timing.gap = milliseconds{node.value("gap_ms", timing.gap.count())};
        timing.timeout = milliseconds{node.value("timeout_ms", timing.timeout.count())};
        timing.max_registers = node.value("max_registers", timing.max_registers);
        timing.max_bits = node.value("max_bits", timing.max_bits);
        timing.max_gap = node.value("max_gap", timing.max_gap);
        timing.block_reads_lie = node.value("block_reads_lie", timing.block_reads_lie);
    }

    void group(const json& node) {
        PollGroup group{.name = node["name"], .period = {}, .priority = node["priority"]};
        if (node.contains("period_ms"))
            group.period = milliseconds{node["period_ms"].get<std::int64_t>()};
        out_.profile.groups.push_back(std::move(group));
    }

    void points(const json& node, const Pointer& at) {
        const PointProfile first = point(node, at);
        const auto hole = first.name.find("{}");
        const bool counted = node.contains("count");
        if (counted != (hole != std::string::npos))
            return add(at / "name",
                       counted ? "needs {} where the number belongs, for `count` is given"
                               : "has {} but no `count`; add `count`, or write a plain name");
        const auto count = node.value("count", std::size_t{1});
        const auto stride =
            node.value("stride", is_bit_table(first.table) ? 1U : unsigned{first.registers});
        const auto bit_stride = node.value("bit_stride", 0U);
        const std::size_t last = first.address + (count - 1) * stride + first.registers;
        if (last > table_size)
            return add(at / "address",
                       fmt::format("ends at {}, but a table ends at {}", last - 1, table_size - 1));
        for (unsigned i = 0; i < count; ++i) {
            PointProfile one = first;
            if (counted) one.name.replace(hole, 2, std::to_string(i));
            one.address = static_cast<std::uint16_t>(first.address + i * stride);
            if (one.bit) *one.bit += i * bit_stride;
            out_.profile.points.push_back(std::move(one));
            out_.origins.push_back(at);
        }
    }

    // A point that reads the relay, and the way to switch it.
    void outputs(const json& node, const Pointer& at) {
        json as_point = node;
        const auto on = node.value("on", std::uint16_t{1});
        const auto off = node.value("off", std::uint16_t{0});
        for (const char* key : {"on", "off", "reason"}) as_point.erase(key);
        as_point["semantic"] = "output.relay";
        if (table_of(node["table"].get<std::string>()) == Table::holding_register) {
            as_point["type"] = "u16";
            as_point["truths"] = {{std::to_string(on), true}, {std::to_string(off), false}};
        }
        const auto from = out_.profile.points.size();
        points(as_point, at);
        for (auto i = from; i < out_.profile.points.size(); ++i) {
            const auto& point = out_.profile.points[i];
            out_.profile.outputs.push_back({.name = point.name,
                                            .table = point.table,
                                            .address = point.address,
                                            .on = on,
                                            .off = off});
        }
    }

    PointProfile point(const json& node, const Pointer& at) {
        PointProfile point;
        point.name = node["name"];
        point.table = table_of(node["table"].get<std::string>());
        point.address = node["address"];
        type(node, point);
        point.low_word_first = node.value("word_order", "") == "low-first";
        point.low_byte_first = node.value("byte_order", "") == "low-first";
        if (node.contains("bit")) point.bit = node["bit"].get<unsigned>();
        point.mask = node.value("mask", point.mask);
        point.multiply = node.value("multiply", point.multiply);
        point.divide = node.value("divide", point.divide);
        if (node.contains("not_available"))
            point.not_available = node["not_available"].get<std::uint64_t>();
        point.unit = node.value("unit", "");
        point.invert = node.value("invert", false);
        numbered(node, at, "labels", point.labels);
        numbered(node, at, "truths", point.truths);
        if (node.contains("otherwise")) point.otherwise = node["otherwise"].get<bool>();
        point.semantic = node["semantic"];
        point.group = node.value("group", "fast");
        return point;
    }

    static void type(const json& node, PointProfile& point) {
        const std::string type =
            node.value("type", is_bit_table(point.table) || node.contains("bit") ? "bit" : "u16");
        if (type == "bit") {
            point.encoding = Encoding::bit;
        } else if (type == "text" || type == "hex") {
            point.encoding = type == "text" ? Encoding::text : Encoding::hex;
            point.registers = node.value("registers", std::uint16_t{1});
        } else {
            point.encoding =
                type.front() == 'u' ? Encoding::unsigned_integer : Encoding::signed_integer;
            point.registers = static_cast<std::uint16_t>(*number_of(type.substr(1)) / 16);
        }
    }

    template <class Word>
    void numbered(const json& node, const Pointer& at, const char* key,
                  std::map<std::int64_t, Word>& words) {
        if (!node.contains(key)) return;
        for (const auto& [text, word] : node[key].items()) {
            if (const auto number = number_of(text))
                words[*number] = word.template get<Word>();
            else
                out_.findings.push_back(finding_at_key(
                    document_, at / key / text,
                    fmt::format("`{}` is no number; write the raw value, as 3 or 0x03", text)));
        }
    }

    void write(const json& node) {
        out_.profile.writes.push_back({.name = node["name"],
                                       .table = table_of(node["table"].get<std::string>()),
                                       .address = node["address"],
                                       .reason = node["reason"]});
    }

    void handshake(const json& node) {
        Handshake handshake;
        handshake.when = node["when"];
        handshake.read = node["read"].get<std::vector<std::string>>();
        handshake.write = node["write"];
        if (node.contains("value")) handshake.value = node["value"].get<std::uint16_t>();
        if (node.contains("echo")) handshake.echo = node["echo"].get<std::string>();
        handshake.add = node.value("add", handshake.add);
        handshake.modulo = node.value("modulo", handshake.modulo);
        out_.profile.handshakes.push_back(std::move(handshake));
    }

    void vector(const json& node, const Pointer& at) {
        ProfileVector vector;
        vector.name = node["name"];
        cells(node, at, "holding", vector.holding);
        cells(node, at, "input", vector.input);
        cells(node, at, "coils", vector.coils);
        cells(node, at, "discrete", vector.discrete);
        const json expect = node.value("expect", json::object());
        for (const auto& [name, value] : expect.items()) {
            if (value.is_boolean()) vector.expect[name] = value.get<bool>();
            if (value.is_number()) vector.expect[name] = value.get<std::int64_t>();
            if (value.is_string()) vector.expect[name] = value.get<std::string>();
        }
        const json faults = node.value("expect_fault", json::object());
        for (const auto& [name, fault] : faults.items())
            vector.expect_fault[name] = fault == "refused" ? Fault::refused : Fault::bad_answer;
        out_.profile.vectors.push_back(std::move(vector));
    }

    // { "0x0010" = [0, 5] }: from this address on.
    template <class Cell>
    void cells(const json& node, const Pointer& at, const char* key,
               std::map<std::uint16_t, Cell>& cells) {
        if (!node.contains(key)) return;
        for (const auto& [text, value] : node[key].items()) {
            std::vector<Cell> values;
            if constexpr (std::is_same_v<Cell, std::uint16_t>)
                if (value.is_string()) values = words_of(value.template get<std::string>());
            if (value.is_array()) values = value.template get<std::vector<Cell>>();
            if (value.is_number() || value.is_boolean())
                values.push_back(value.template get<Cell>());
            const auto first = number_of(text);
            if (!first || *first < 0 ||
                static_cast<std::size_t>(*first) + values.size() > table_size) {
                out_.findings.push_back(finding_at_key(
                    document_, at / key / text,
                    fmt::format("`{}` is no address from 0 to 65535; write it as 16 or \"0x0010\"",
                                text)));
                continue;
            }
            for (std::size_t i = 0; i < values.size(); ++i)
                cells[static_cast<std::uint16_t>(static_cast<std::size_t>(*first) + i)] = values[i];
        }
    }

    void add(const Pointer& at, std::string message) {
        out_.findings.push_back(finding_at(document_, at, std::move(message)));
    }

    const TomlDocument& document_;
    ReadProfile out_;
};

}  // namespace

ReadProfile read_profile(const TomlDocument& document) {
    return Builder(document).profile();
}

}  // namespace sealwarden
