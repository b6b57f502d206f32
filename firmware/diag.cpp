#include "firmware/diag.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "firmware/text/printable.hpp"

namespace sealwarden::diag {
namespace {

std::atomic<Level> threshold{Level::info};

// systemd sets JOURNAL_STREAM when standard error is the journal: sd-daemon(3), syslog priorities.
bool to_journal() {
    static const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    return journal;
}

struct Look {
    std::string_view word, priority;
};
Look look(Level level) {
    switch (level) {
        case Level::error: return {"error", "<3>"};
        case Level::warn: return {"warn", "<4>"};
        case Level::info: return {"info", "<6>"};
        case Level::debug: return {"debug", "<7>"};
    }
    return {"?", ""};
}

bool needs_quotes(std::string_view text) {
    return text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos ||
           printable(text) != text;
}

void append_value(std::string& line, std::string_view text) {
    if (!needs_quotes(text)) {
        line += text;
        return;
    }
    std::string quoted;
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    // What a device or a broker says must not draw on the terminal of who reads this.
    line += '"' + printable(quoted) + '"';
}

}  // namespace

void set_level(Level level) {
    threshold = level;
}

void say(Level level, std::string_view sentence, std::initializer_list<Field> fields) {
    if (level > threshold.load(std::memory_order_relaxed)) return;
    const auto [word, priority] = look(level);
    std::string line;
    line += to_journal() ? priority : word;
    if (!to_journal()) line += ": ";
    line += sentence;
    for (const auto& [name, value] : fields) {
        line += ' ';
        line += name;
        line += '=';
        append_value(line, value.text);
    }
    line += '\n';
    // One write, so that lines of several threads do not mix; a full pipe loses the line, not the
    // process.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace sealwarden::diag
