#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <list>
#include <stdexcept>

#include "firmware/sim/wires.hpp"

namespace sealwarden::sim {
namespace asio = boost::asio;
using local = asio::local::stream_protocol;

struct Board::State : std::enable_shared_from_this<Board::State> {
    local::acceptor acceptor;
    std::filesystem::path path;
    struct Line {
        unsigned offset = 0;
        bool active_low = false;
    };
    std::map<std::string, Line> lines;
    std::map<unsigned, bool> levels;
    std::list<local::socket> readers;
    bool plugged = true;

    explicit State(asio::io_context& loop) : acceptor{loop} {}

    void accept() {
        acceptor.async_accept(
            [self = shared_from_this()](boost::system::error_code error, local::socket socket) {
                if (error) return;
                if (self->plugged) {
                    self->readers.push_back(std::move(socket));
                    for (const auto& [offset, level] : self->levels)
                        self->tell(self->readers.back(), offset, level, 0);
                }
                self->accept();
            });
    }

    // A few bytes to a reader that waits for them: a full socket means that it does not read, and
    // ends.
    static bool tell(local::socket& reader, unsigned offset, bool level, std::int64_t at_us) {
        const auto line =
            std::to_string(offset) + (level ? " 1 " : " 0 ") + std::to_string(at_us) + "\n";
        boost::system::error_code error;
        reader.non_blocking(true, error);
        const auto sent = reader.write_some(asio::buffer(line), error);
        return !error && sent == line.size();
    }
};

Board::Board(asio::io_context& loop, const gpio::ChipOptions& options)
    : state_{std::make_shared<State>(loop)} {
    if (!options.chip.starts_with("sim:")) {
        throw std::runtime_error{"the simulator serves no real GPIO chip: give chip \"" +
                                 options.id + "\" a name like \"sim:/run/chip\""};
    }
    state_->path = options.chip.substr(4);
    for (std::size_t i = 0; i < options.lines.size(); ++i) {
        const auto& line = options.lines[i];
        const auto offset = line.offset.value_or(static_cast<unsigned>(i));
        state_->lines[line.id] = {offset, line.active_low};
        state_->levels[offset] = line.active_low;  // inactive
    }
    std::error_code ignored;
    std::filesystem::remove(state_->path, ignored);
    try {
        state_->acceptor.open();
        state_->acceptor.bind(state_->path.string());
        state_->acceptor.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error{"the simulator cannot serve the chip " + options.chip + ": " +
                                 error.code().message()};
    }
    state_->accept();
}

Board::~Board() {
    boost::system::error_code closed;
    state_->acceptor.close(closed);
    state_->readers.clear();
    std::error_code ignored;
    std::filesystem::remove(state_->path, ignored);
}

bool Board::set(const std::string& id, bool active, Uptime at) {
    const auto line = state_->lines.find(id);
    if (line == state_->lines.end()) return false;
    const unsigned offset = line->second.offset;
    const bool level = active != line->second.active_low;
    state_->levels[offset] = level;
    std::erase_if(state_->readers, [&](local::socket& reader) {
        return !State::tell(reader, offset, level, at.time_since_epoch().count());
    });
    return true;
}

void Board::unplug() {
    state_->plugged = false;
    state_->readers.clear();
}

void Board::plug() {
    state_->plugged = true;
}

}  // namespace sealwarden::sim
