#include "firmware/core/act.hpp"

#include "firmware/core/alarms.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {

Event Asked::event(EventKind kind, std::vector<Subject> subjects) const {
    Event said;
    said.kind = kind;
    said.at = command.at;
    said.subjects = std::move(subjects);
    tell_caller(command, act, said);
    return said;
}

void Asked::refuse(std::string_view reason, std::string message, Events& events) const {
    auto refused = event(EventKind::command_refused, {{"gateway", options.gateway}});
    if (!command.file_hash.empty()) refused.subjects.push_back({"file", command.file_hash});
    refused.data["reason"] = std::string{reason};
    refused.data["message"] = bounded(message, 512);
    events.push_back(std::move(refused));
}

void Asked::tell_file(std::string_view name, std::size_t rows, Events& events) const {
    if (command.file_hash.empty()) return;
    auto taken = event(EventKind::file_imported, {{"file", command.file_hash}});
    taken.data["name"] = bounded(std::string{name}, 128);
    taken.data["rows"] = static_cast<std::int64_t>(rows);
    events.push_back(std::move(taken));
}

const Datum* ArgumentReader::find(std::string_view name, bool required) {
    known_.push_back(name);
    const auto found = given_.find(std::string{name});
    if (found != given_.end() && !std::holds_alternative<std::monostate>(found->second))
        return &found->second;
    if (required) complain("`" + std::string{name} + "` must be given");
    return nullptr;
}

void ArgumentReader::read(std::string_view name, std::string& value, bool required,
                          std::size_t longest) {
    const auto* told = find(name, required);
    if (told == nullptr) return;
    const auto* text = std::get_if<std::string>(told);
    if (text == nullptr) {
        complain("`" + std::string{name} + "` must be a text");
    } else if (required && text->empty()) {
        complain("`" + std::string{name} + "` must not be empty");
    } else if (text->size() > longest) {
        complain("`" + std::string{name} + "` has " + std::to_string(text->size()) +
                 " bytes; at most " + std::to_string(longest) + " are taken");
    } else {
        value = *text;
    }
}

void ArgumentReader::read(std::string_view name, bool& value, bool, std::size_t) {
    const auto* told = find(name, false);
    if (told == nullptr) return;
    const auto* flag = std::get_if<bool>(told);
    if (flag == nullptr)
        complain("`" + std::string{name} + "` must be true or false");
    else
        value = *flag;
}

void ArgumentReader::read(std::string_view name, std::int64_t& value, bool required, std::size_t) {
    const auto* told = find(name, required);
    if (told == nullptr) return;
    const auto* number = std::get_if<std::int64_t>(told);
    if (number == nullptr)
        complain("`" + std::string{name} + "` must be a whole number");
    else
        value = *number;
}

void ArgumentReader::read(std::string_view name, std::optional<std::int64_t>& value, bool required,
                          std::size_t longest) {
    if (find(name, required) == nullptr) return;
    std::int64_t number = 0;
    read(name, number, required, longest);
    value = number;
}

void ArgumentReader::read(std::string_view name, std::vector<std::string>& value, bool required,
                          std::size_t) {
    std::string text;
    read(name, text, required, 1024);
    value = split(text);
    if (required && !text.empty() && value.empty())
        complain("`" + std::string{name} + "` names nothing");
}

std::string ArgumentReader::complaint() const {
    if (!complaint_.empty()) return complaint_;
    for (const auto& [name, datum] : given_)
        if (std::ranges::find(known_, std::string_view{name}) == known_.end())
            return "there is no argument `" + name + "` here";
    return {};
}

}  // namespace sealwarden
