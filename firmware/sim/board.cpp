#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <list>
#include <memory>
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
        bool output = false;
    };
    // One who reads the chip, and may switch its outputs.
    struct Reader {
        explicit Reader(local::socket of) : socket{std::move(of)} {}
        local::socket socket;
        std::array<char, 256> chunk{};
        std::string orders;
    };
    std::map<std::string, Line> lines;
    std::map<unsigned, bool> levels;
    std::list<std::shared_ptr<Reader>> readers;
    bool plugged = true;

    explicit State(asio::io_context& loop) : acceptor{loop} {}

    void accept() {
        acceptor.async_accept(
            [self = shared_from_this()](boost::system::error_code error, local::socket socket) {
                if (error) return;
                if (self->plugged) {
                    const auto reader = std::make_shared<Reader>(std::move(socket));
                    self->readers.push_back(reader);
                    for (const auto& [offset, level] : self->levels)
                        self->tell(*reader, offset, level, 0);
                    self->listen(reader);
                }
                self->accept();
            });
    }

    // A few bytes to a reader that waits for them: a full socket means that it does not read, and
    // ends.
    static bool tell(Reader& to, unsigned offset, bool level, std::int64_t at_us) {
        auto& reader = to.socket;
        const auto line =
            std::to_string(offset) + (level ? " 1 " : " 0 ") + std::to_string(at_us) + "\n";
        boost::system::error_code error;
        reader.non_blocking(true, error);
        const auto sent = reader.write_some(asio::buffer(line), error);
        return !error && sent == line.size();
    }

    // "OFFSET LEVEL" switches an output; everything else means nothing.
    void listen(const std::shared_ptr<Reader>& reader) {
        reader->socket.async_read_some(
            asio::buffer(reader->chunk),
            [self = shared_from_this(), reader](boost::system::error_code error, std::size_t size) {
                if (error) return;
                reader->orders.append(reader->chunk.data(), size);
                for (auto end = reader->orders.find('\n'); end != std::string::npos;
                     end = reader->orders.find('\n')) {
                    self->take(reader->orders.substr(0, end));
                    reader->orders.erase(0, end + 1);
                }
                if (reader->orders.size() < reader->chunk.size()) self->listen(reader);
            });
    }
    void take(const std::string& order) {
        unsigned offset = 0, level = 0;
        if (std::sscanf(order.c_str(), "%u %u", &offset, &level) != 2) return;
        for (const auto& [id, line] : lines)
            if (line.output && line.offset == offset) becomes(offset, level != 0, 0);
    }
    void becomes(unsigned offset, bool level, std::int64_t at_us) {
        levels[offset] = level;
        std::erase_if(readers, [&](const std::shared_ptr<Reader>& reader) {
            const bool told = tell(*reader, offset, level, at_us);
            if (!told) hang_up(*reader);
            return !told;
        });
    }
    // The read that waits holds the reader: only its end lets it go.
    static void hang_up(Reader& reader) {
        boost::system::error_code ignored;
        reader.socket.close(ignored);
    }
    void hang_up_on_all() {
        for (const auto& reader : readers) hang_up(*reader);
        readers.clear();
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
        state_->lines[line.id] = {offset, line.active_low, line.output};
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
    state_->hang_up_on_all();
    std::error_code ignored;
    std::filesystem::remove(state_->path, ignored);
}

bool Board::set(const std::string& id, bool active, Uptime at) {
    const auto line = state_->lines.find(id);
    if (line == state_->lines.end()) return false;
    const unsigned offset = line->second.offset;
    const bool level = active != line->second.active_low;
    state_->becomes(offset, level, at.time_since_epoch().count());
    return true;
}

void Board::unplug() {
    state_->plugged = false;
    state_->hang_up_on_all();
}

void Board::plug() {
    state_->plugged = true;
}

}  // namespace sealwarden::sim
