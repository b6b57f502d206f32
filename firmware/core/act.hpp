// What people ask to be done or say was done. An act names its arguments once, like a record its
// fields (fields.hpp); the door, the command line, MQTT and the schemas take them from there.
//
//   struct OpenCase {
//       static constexpr ActInfo info{"case.open", "Opens a case by hand"};
//       std::string cause;
//       std::optional<std::int64_t> due_hours;
//       template <class Self, class Arguments> static void fields(Self& self, Arguments& a) {
//           a("cause", self.cause, "what is to be looked into");
//           a.optional("due_hours", self.due_hours, "hours until it is due");
//       }
//   };
//
// Arguments are texts, flags, integers, lists (with commas) and enums; one that is not optional
// must be given and not be empty. A text has at most 128 bytes, `prose` 512, `file` 2 MiB (the
// command line reads it from a file).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/fields.hpp"

namespace sealwarden {

struct Command;  // site.hpp

struct ActInfo {
    std::string_view name;  // "case.open": a noun of the command line, and its verb
    std::string_view help;
};

inline constexpr std::size_t longest_file = std::size_t{2} << 20;  // bytes

struct Argument {
    enum class Kind { text, prose, file, flag, integer, list, word };
    std::string name;
    std::string help;
    Kind kind = Kind::text;
    bool required = true;
    bool personal = false;                // kept beside the entry
    std::vector<std::string> words = {};  // of Kind::word
};

class People;        // access/people.hpp
struct SiteOptions;  // options.hpp

// What a rule may look at besides its own state, during one call.
struct Circumstances {
    Now now;
    const SiteOptions& options;
    const People& people;
};

// Who asked, when, and how what follows is told. Lives during one command.
class Asked {
  public:
    Asked(const Circumstances& at_present, const Command& asked_by, std::string_view act_name)
        : circumstances{at_present},
          now{at_present.now},
          options{at_present.options},
          people{at_present.people},
          command{asked_by},
          act{act_name} {}
    const Circumstances& circumstances;
    const Now& now;  // of the command
    const SiteOptions& options;
    const People& people;
    const Command& command;
    std::string_view act;

    // An event that answers: at the command's time, with `command`, `command_id`, `by`, `channel`.
    [[nodiscard]] Event event(EventKind kind, std::vector<Subject> subjects) const;
    // command.refused about the gateway: `reason` is a word for programs ("unknown_person"),
    // `message` one sentence for people: what, where, how to put it right. `personal` texts of the
    // caller do not belong into it.
    void refuse(std::string_view reason, std::string message, Events& events) const;
    // file.imported, before what its rows say, where the command came with a file.
    void tell_file(std::string_view name, std::size_t rows, Events& events) const;
};

// Reads an act's arguments; the first thing that is wrong is the complaint.
class ArgumentReader {
  public:
    explicit ArgumentReader(const std::map<std::string, Datum>& given) : given_{given} {}
    template <class T>
    void operator()(std::string_view name, T& value, std::string_view) {
        read(name, value, true, 128);
    }
    template <class T>
    void optional(std::string_view name, T& value, std::string_view) {
        read(name, value, false, 128);
    }
    void prose(std::string_view name, std::string& value, std::string_view) {
        read(name, value, true, 512);
    }
    void optional_prose(std::string_view name, std::string& value, std::string_view) {
        read(name, value, false, 512);
    }
    void file(std::string_view name, std::string& value, std::string_view) {
        read(name, value, true, longest_file);
    }
    void personal(std::string_view name, std::string& value, std::string_view) {
        read(name, value, true, 128);
    }
    void optional_personal(std::string_view name, std::string& value, std::string_view) {
        read(name, value, false, 128);
    }
    // After all fields were read: empty, or one sentence.
    [[nodiscard]] std::string complaint() const;

  private:
    [[nodiscard]] const Datum* find(std::string_view name, bool required);
    void complain(std::string sentence) {
        if (complaint_.empty()) complaint_ = std::move(sentence);
    }
    void read(std::string_view name, std::string& value, bool required, std::size_t longest);
    void read(std::string_view name, bool& value, bool required, std::size_t);
    void read(std::string_view name, std::int64_t& value, bool required, std::size_t);
    void read(std::string_view name, std::optional<std::int64_t>& value, bool required,
              std::size_t);
    void read(std::string_view name, std::vector<std::string>& value, bool required,
              std::size_t longest);
    template <Named E>
    void read(std::string_view name, E& value, bool required, std::size_t longest) {
        std::string text;
        read(name, text, required, longest);
        if (text.empty()) return;
        const auto found = named<E>(text);
        if (found) {
            value = *found;
            return;
        }
        std::string all;
        for (const auto one : values(E{})) {
            if (!all.empty()) all += ", ";
            all += to_string(one);
        }
        complain("`" + std::string{name} + "` is `" + text + "`; it must be one of " + all);
    }

    const std::map<std::string, Datum>& given_;
    std::vector<std::string_view> known_;
    std::string complaint_;
};

// Lists an act's arguments.
class ArgumentLister {
  public:
    std::vector<Argument> list;

    template <class T>
    void operator()(std::string_view name, const T& value, std::string_view help) {
        add(name, help, value, true);
    }
    template <class T>
    void optional(std::string_view name, const T& value, std::string_view help) {
        add(name, help, value, false);
    }
    void prose(std::string_view name, const std::string&, std::string_view help) {
        add_as(name, help, Argument::Kind::prose, true);
    }
    void optional_prose(std::string_view name, const std::string&, std::string_view help) {
        add_as(name, help, Argument::Kind::prose, false);
    }
    void file(std::string_view name, const std::string&, std::string_view help) {
        add_as(name, help, Argument::Kind::file, true);
    }
    void personal(std::string_view name, const std::string&, std::string_view help) {
        add_as(name, help, Argument::Kind::text, true).personal = true;
    }
    void optional_personal(std::string_view name, const std::string&, std::string_view help) {
        add_as(name, help, Argument::Kind::text, false).personal = true;
    }

  private:
    Argument& add_as(std::string_view name, std::string_view help, Argument::Kind kind,
                     bool required) {
        list.push_back({.name = std::string{name},
                        .help = std::string{help},
                        .kind = kind,
                        .required = required});
        return list.back();
    }
    void add(std::string_view name, std::string_view help, const std::string&, bool required) {
        add_as(name, help, Argument::Kind::text, required);
    }
    void add(std::string_view name, std::string_view help, const bool&, bool) {
        add_as(name, help, Argument::Kind::flag, false);
    }
    void add(std::string_view name, std::string_view help, const std::int64_t&, bool required) {
        add_as(name, help, Argument::Kind::integer, required);
    }
    void add(std::string_view name, std::string_view help, const std::optional<std::int64_t>&,
             bool required) {
        add_as(name, help, Argument::Kind::integer, required);
    }
    void add(std::string_view name, std::string_view help, const std::vector<std::string>&,
             bool required) {
        add_as(name, help, Argument::Kind::list, required);
    }
    template <Named E>
    void add(std::string_view name, std::string_view help, const E&, bool required) {
        auto& argument = add_as(name, help, Argument::Kind::word, required);
        for (const auto one : values(E{})) argument.words.emplace_back(to_string(one));
    }
};

}  // namespace sealwarden
