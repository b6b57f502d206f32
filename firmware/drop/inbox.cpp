#include "firmware/drop/inbox.hpp"

#include <utility>

#include "firmware/diag.hpp"
#include "firmware/drop/complaints.hpp"
#include "firmware/text/printable.hpp"

namespace sealwarden::drop {
namespace {

constexpr std::size_t most_said = 64;  // troubles that are remembered as said

}  // namespace

std::string why_text(Language language, const std::string& name, const std::string& why,
                     std::uint64_t index) {
    auto all = text(language, "drop.refused", {{"file", name}}) + "\n\n" +
               complaints_in(language, why) + "\n\n" + text(language, "drop.refused.mend") + "\n";
    if (index != 0) {
        all += text(language, "drop.refused.entry", {{"index", std::to_string(index)}}) + "\n";
    }
    return all;
}

Inbox::Inbox(InboxOptions options, std::function<std::uint64_t()> random)
    : options_{std::move(options)}, random_{std::move(random)}, ripeness_{options_.quiet} {}

void Inbox::say_once(const std::string& trouble) {
    if (said_.size() >= most_said) said_.clear();
    if (!said_.insert(trouble).second) return;
    diag::error("the drop folder cannot be used", {{"why", trouble}});
}

void Inbox::look(ImportDoor& door, Uptime now) {
    bool well = true;
    const auto trying = [&](const auto& work) {
        try {
            work();
        } catch (const Trouble& trouble) {
            well = false;
            say_once(trouble.what());
        }
    };
    trying([&] {
        if (!folder_) folder_.emplace(options_.folder);
        for (const auto& file : folder_->in_work()) trying([&] { serve(door, file, false); });
        for (const auto& found : folder_->waiting()) {
            if (!ripeness_.is_whole(found.name, found.looks, now)) continue;
            trying([&] {
                if (const auto file = folder_->claim(found.name, random_())) {
                    serve(door, *file, true);
                }
            });
        }
        ripeness_.sweep();
    });
    if (well)
        said_.clear();
    else
        folder_.reset();  // what was opened may have been moved away, or unmounted
}

void Inbox::serve(ImportDoor& door, const Claimed& file, bool fresh) {
    if (!fresh) {
        if (const auto index = door.taken(file.ref)) {
            diag::info("a dropped file was taken before", {{"file", file.name}, {"index", *index}});
            folder_->done(file, *index);
            return;
        }
    }
    const auto content = folder_->read(file, options_.limit);
    if (!content.why.empty()) {
        refuse(file,
               text(options_.language, "drop." + content.why,
                    {{"bytes", std::to_string(options_.limit)}}),
               0);
        return;
    }
    if (const auto line = line_without_utf8(content.text)) {
        refuse(file, text(options_.language, "drop.no_utf8", {{"line", std::to_string(*line)}}), 0);
        return;
    }
    const auto answer = door.import(options_.act, file, content.text);
    if (!answer.refused.empty()) {
        refuse(file, answer.refused, answer.index);
        return;
    }
    folder_->done(file, answer.index);
    diag::info("a dropped file was taken", {{"file", file.name}, {"index", answer.index}});
}

void Inbox::refuse(const Claimed& file, const std::string& why, std::uint64_t index) {
    folder_->refused(file, why_text(options_.language, file.name, why, index));
    diag::warn("a dropped file was refused", {{"file", file.name}, {"why", why}});
}

}  // namespace sealwarden::drop
