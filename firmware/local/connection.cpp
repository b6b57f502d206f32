#include "firmware/local/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace sealwarden::local {

namespace asio = boost::asio;
using Clock = asio::steady_timer::clock_type;

Connection::Connection(Socket socket, Limits limits)
    : socket_{std::move(socket)}, limits_{limits}, stall_{socket_.get_executor()} {}

void Connection::start() {
    read_more();
}

void Connection::read_more() {
    socket_.async_read_some(
        asio::buffer(chunk_),
        [this, self = shared_from_this()](boost::system::error_code error, std::size_t size) {
            if (closed_) return;
            if (error) {
                if (error == asio::error::eof) {
                    ended();
                } else {
                    close();
                }
                return;
            }
            unread_.append(chunk_.data(), size);
            take_lines();
        });
}

// One line, then the loop's other work: a caller with many questions delays nobody.
void Connection::take_lines() {
    if (closed_ || closing_) return;
    if (unsent() > enough) {
        waits_to_read_ = true;
        return;
    }
    const auto end = unread_.find('\n');
    if (end == std::string::npos ? unread_.size() > limits_.line : end > limits_.line) {
        line_too_long();
        return;
    }
    if (end == std::string::npos) {
        read_more();
        return;
    }
    const auto text = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    if (unread_.empty()) unread_.shrink_to_fit();
    line(text);
    asio::post(socket_.get_executor(), [this, self = shared_from_this()] { take_lines(); });
}

void Connection::send(std::string_view line) {
    if (closed_ || closing_) return;
    // One long answer is no backlog: only what comes on top of something unread counts.
    if (unsent() > 0 && unsent() + line.size() > limits_.unsent) {
        close();
        return;
    }
    waiting_ += line;
    if (!write_under_way_) write_more();
}

void Connection::write_more() {
    if (written_ == writing_.size()) {
        writing_ = std::exchange(waiting_, {});
        written_ = 0;
    }
    if (writing_.empty()) {
        stall_.cancel();
        if (closing_) {
            close();
        } else {
            sent();
        }
        return;
    }
    write_under_way_ = true;
    watch_for_stall();
    socket_.async_write_some(
        asio::buffer(writing_.data() + written_, writing_.size() - written_),
        [this, self = shared_from_this()](boost::system::error_code error, std::size_t size) {
            write_under_way_ = false;
            if (closed_) return;
            if (error) {
                close();
                return;
            }
            written_ += size;
            write_more();
            if (waits_to_read_ && unsent() <= enough) {
                waits_to_read_ = false;
                take_lines();
            }
        });
}

void Connection::watch_for_stall() {
    stall_.expires_after(limits_.stalled);
    stall_.async_wait([this, self = shared_from_this()](boost::system::error_code error) {
        // A wait that ended while its write did too says nothing any more.
        const bool stale = !write_under_way_ || stall_.expiry() > Clock::now();
        if (!error && !stale) close();
    });
}

void Connection::close_when_sent() {
    closing_ = true;
    if (!write_under_way_) write_more();
}

void Connection::close() {
    if (std::exchange(closed_, true)) return;
    stall_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    gone();
}

}  // namespace sealwarden::local
