// What the schema cannot say: names that lead nowhere and parts that contradict each other.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "drivers/profile/reader.hpp"
#include "drivers/toml/schema.hpp"

namespace sealwarden {

namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

bool is_bit_table(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}
bool is_text(const PointProfile& p) {
    return p.encoding == Encoding::text || p.encoding == Encoding::hex;
}
bool is_bool(const PointProfile& p) {
    return is_bit_table(p.table) || p.bit.has_value() || !p.truths.empty();
}

// Semantics that are a yes or a no; everything else takes any kind of value.
bool wants_bool(std::string_view semantic) {
    static const std::set<std::string_view> yes_or_no{
        "door.contact", "door.tamper",      "seal.present", "seal.intact",
        "seal.tamper",  "seal.battery-low", "badge.fresh",  "power.on-battery",
        "power.low",    "power.fault",      "camera.fault", "output.relay"};
    return yes_or_no.contains(semantic);
}

class Checks {
  public:
    Checks(const TomlDocument& document, const ReadProfile& read)
        : document_(document), profile_(read.profile), origins_(read.origins) {
        for (const auto& point : profile_.points) points_.push_back(point.name);
        for (const auto& group : profile_.groups) groups_.push_back(group.name);
        for (const auto& write : profile_.writes) writes_.push_back(write.name);
    }

    std::vector<FileFinding> all() {
        twice("group");
        twice("write");
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < profile_.points.size(); ++i) {
            const auto& point = profile_.points[i];
            const auto [first, fresh] = seen.emplace(point.name, i);
            if (!fresh) again(origins_[i], point.name, origins_[first->second]);
            // One finding for a whole `count`, not one for each.
            if (i == 0 || origins_[i] != origins_[i - 1] || point.bit) one(point, origins_[i]);
        }
        for (std::size_t i = 0; i < profile_.identity.size(); ++i)
            known(Pointer("/identity") / i, profile_.identity[i], points_, "point");
        for (std::size_t i = 0; i < profile_.handshakes.size(); ++i)
            handshake(profile_.handshakes[i], Pointer("/handshake") / i);
        for (std::size_t i = 0; i < profile_.vectors.size(); ++i)
            vector(profile_.vectors[i], Pointer("/vector") / i);
        sort_findings(findings_);
        return std::move(findings_);
    }

  private:
    void add(const Pointer& at, std::string message) {
        findings_.push_back(finding_at(document_, at, std::move(message)));
    }

    void again(const Pointer& at, const std::string& name, const Pointer& first) {
        add(at / "name", fmt::format("`{}` is already the name in line {}; choose another", name,
                                     document_.position_of(first / "name").line));
    }

    void twice(const char* key) {
        if (!document_.root.contains(key)) return;
        std::map<std::string, Pointer> seen;
        const json& list = document_.root[key];
        for (std::size_t i = 0; i < list.size(); ++i) {
            const Pointer at = Pointer() / key / i;
            const auto name = list[i]["name"].get<std::string>();
            const auto [first, fresh] = seen.emplace(name, at);
            if (!fresh) again(at, name, first->second);
        }
    }

    bool known(const Pointer& at, const std::string& name, const std::vector<std::string>& names,
               std::string_view what, bool key = false) {
        if (std::find(names.begin(), names.end(), name) != names.end()) return true;
        const std::string meant = did_you_mean(name, names);
        std::string message = fmt::format("there is no {} `{}`", what, name);
        message += meant.empty()
                       ? fmt::format("; declare it as a [[{}]], or correct the name", what)
                       : fmt::format("; did you mean `{}`?", meant);
        findings_.push_back(key ? finding_at_key(document_, at, std::move(message))
                                : finding_at(document_, at, std::move(message)));
        return false;
    }

    // The key's value, or the whole [[point]] where the key is not written.
    Pointer part(const Pointer& at, const char* key) const {
        return document_.root.at(at).contains(key) ? at / key : at;
    }

    void one(const PointProfile& point, const Pointer& at) {
        const json& node = document_.root.at(at);
        known(part(at, "group"), point.group, groups_, "group");
        const bool bits = is_bit_table(point.table);
        if (bits && point.encoding != Encoding::bit)
            return add(at / "type", "must be \"bit\": coils and discrete inputs hold nothing else");
        if (bits && point.bit)
            return add(at / "bit", "is for registers; coils and discrete inputs are bits already");
        if (point.bit && *point.bit >= point.registers * 16U)
            return add(at / "bit", fmt::format("goes up to {}, but the point has only bits 0 to {}",
                                               *point.bit, point.registers * 16 - 1));
        if (!bits && point.encoding == Encoding::bit && !point.bit)
            return add(at / "type", "is \"bit\" of a register; say which with `bit`");
        if (node.contains("registers") && !is_text(point))
            return add(at / "registers",
                       "is for text and hex; numbers have the size of their `type`");
        if (!node.contains("registers") && is_text(point))
            return add(at, "`registers` is missing: how many hold the text");
        if (!point.truths.empty() && !point.labels.empty())
            return add(at / "truths", "and `labels` exclude each other; keep one");
        if (point.otherwise && point.truths.empty())
            return add(at / "otherwise", "needs `truths`: the numbers that are named");
        const bool scaled = point.multiply != 1 || point.divide != 1;
        if (scaled && (is_bool(point) || is_text(point) || !point.labels.empty()))
            return add(part(at, point.multiply != 1 ? "multiply" : "divide"),
                       "is for numbers only; remove it");
        if (point.invert && !is_bool(point))
            return add(at / "invert", "is for bools only; give `bit` or `truths`, or remove it");
        const std::uint64_t width = point.registers >= 4 || is_text(point)
                                        ? ~std::uint64_t{0}
                                        : (std::uint64_t{1} << (point.registers * 16U)) - 1;
        if (node.contains("mask") && (point.mask & ~width) != 0)
            return add(at / "mask",
                       fmt::format("has bits beyond the {} of the point", point.registers * 16));
        if (point.not_available && (*point.not_available & ~(width & point.mask)) != 0)
            return add(at / "not_available",
                       "cannot occur: it has bits outside of the point or its mask");
        if (wants_bool(point.semantic) && !is_bool(point))
            add(at / "semantic",
                fmt::format("{} is a yes or a no; give `bit` or `truths`", point.semantic));
    }

    void handshake(const Handshake& handshake, const Pointer& at) {
        if (known(at / "when", handshake.when, points_, "point") &&
            !is_bool(*profile_.point(handshake.when)))
            add(at / "when",
                fmt::format("must name a bool, and `{}` is none; give it `bit` or `truths`",
                            handshake.when));
        for (std::size_t i = 0; i < handshake.read.size(); ++i)
            known(at / "read" / i, handshake.read[i], points_, "point");
        if (handshake.echo) known(at / "echo", *handshake.echo, points_, "point");
        if (!known(at / "write", handshake.write, writes_, "write") || !handshake.value) return;
        const auto write = std::find_if(profile_.writes.begin(), profile_.writes.end(),
                                        [&](const auto& w) { return w.name == handshake.write; });
        if (write->table == Table::coil && *handshake.value > 1)
            add(at / "value", fmt::format("must be 0 or 1: `{}` is a coil", handshake.write));
    }

    void vector(const ProfileVector& vector, const Pointer& at) {
        if (vector.expect.empty() && vector.expect_fault.empty())
            return add(at, "expects nothing; give `expect` or `expect_fault`");
        for (const auto& [name, unused] : vector.expect)
            known(at / "expect" / name, name, points_, "point", true);
        for (const auto& [name, unused] : vector.expect_fault) {
            if (known(at / "expect_fault" / name, name, points_, "point", true) &&
                vector.expect.contains(name))
                findings_.push_back(finding_at_key(
                    document_, at / "expect_fault" / name,
                    fmt::format("`{}` is also in `expect`; it is a value or a fault, not both",
                                name)));
        }
    }

    const TomlDocument& document_;
    const Profile& profile_;
    const std::vector<Pointer>& origins_;
    std::vector<std::string> points_, groups_, writes_;
    std::vector<FileFinding> findings_;
};

}  // namespace

std::vector<FileFinding> check_profile(const TomlDocument& document, const ReadProfile& read) {
    return Checks(document, read).all();
}

}  // namespace sealwarden
