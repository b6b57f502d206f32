#include "drivers/camera/stills.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <stdexcept>
#include <string_view>

#include "drivers/camera/jpeg.hpp"

namespace sealwarden::camera {
namespace {

constexpr std::size_t header_limit = 16 << 10;  // bytes of all header lines of one request

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

// What comes in for one request; libcurl holds its address.
struct Transfer {
    Easy easy;
    std::string body;
    std::size_t header_bytes = 0;
    bool too_large = false;
    std::optional<std::chrono::seconds> date;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    if (transfer.body.size() + size > still_limit) {
        transfer.too_large = true;
        return 0;
    }
    transfer.body.append(bytes, size);
    return size;
}

bool is_field(std::string_view line, std::string_view name) {
    return line.size() > name.size() &&
           std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
               const auto lower = b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b;
               return a == lower;
           });
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    transfer.header_bytes += size;
    if (transfer.header_bytes > header_limit) {
        transfer.too_large = true;
        return 0;
    }
    const std::string_view line{bytes, size};
    constexpr std::string_view field = "date:";
    // A 401 before the picture starts anew.
    if (line.starts_with("HTTP/")) transfer.date.reset();
    if (is_field(line, field)) {
        const std::string text{line.substr(field.size())};
        const auto seconds = curl_getdate(text.c_str(), nullptr);
        if (seconds >= 0) transfer.date = std::chrono::seconds{seconds};
    }
    return size;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    const auto done = curl_easy_setopt(easy, option, value);
    if (done != CURLE_OK) throw std::runtime_error{curl_easy_strerror(done)};
}

void prepare(Transfer& transfer, const StillRequest& request) {
    auto* easy = transfer.easy.get();
    const bool secure = request.url.starts_with("https://");
    set(easy, CURLOPT_URL, request.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_USERAGENT, "sealwarden");
    // A connection kept open is one more thing that can hang.
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
    set(easy, CURLOPT_FORBID_REUSE, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(
            std::min<std::chrono::milliseconds>(connect_patience, request.patience).count()));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.patience.count()));
    set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(still_limit));
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!request.ca.empty()) set(easy, CURLOPT_CAINFO, request.ca.c_str());
    if (!request.user.empty()) {
        // Who answers in the camera's place must not be able to ask for the bare password.
        set(easy, CURLOPT_HTTPAUTH,
            static_cast<long>(secure ? CURLAUTH_DIGEST | CURLAUTH_BASIC : CURLAUTH_DIGEST));
        set(easy, CURLOPT_USERNAME, request.user.c_str());
        set(easy, CURLOPT_PASSWORD, request.password.c_str());
    }
    set(easy, CURLOPT_WRITEFUNCTION, &take_body);
    set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
    set(easy, CURLOPT_HEADERFUNCTION, &take_header);
    set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
}

std::string too_large() {
    return "it sends more than " + std::to_string(still_limit >> 20) + " MiB";
}

// In words that tell an installer what to look at, and repeat nothing of what the peer sent.
std::string trouble_of(CURLcode ended, const Transfer& transfer, long status) {
    if (transfer.too_large) return too_large();
    switch (ended) {
        case CURLE_OK: break;
        case CURLE_FILESIZE_EXCEEDED: return too_large();
        case CURLE_COULDNT_RESOLVE_HOST: return "its name is not known";
        case CURLE_COULDNT_CONNECT: return "nobody takes the connection";
        case CURLE_OPERATION_TIMEDOUT: return "it does not answer in time";
        case CURLE_PEER_FAILED_VERIFICATION:
            return "its certificate does not prove that it is the one that is configured";
        case CURLE_SSL_CACERT_BADFILE: return "the file of `ca` cannot be read";
        case CURLE_SSL_CONNECT_ERROR: return "it speaks no TLS of today";
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR: return "it ends the connection in the middle";
        default: return std::string{"it cannot be asked: "} + curl_easy_strerror(ended);
    }
    if (status == 401) return "it does not take user and password";
    if (status >= 300 && status < 400)
        return "it sends to another address, which is not followed; configure that one";
    if (status != 200) return "it answers with HTTP status " + std::to_string(status);
    auto why = trouble_of_jpeg(transfer.body);
    return why.empty() ? why : "it sends no JPEG: " + why;
}

}  // namespace

struct Stills::State {
    Multi multi{curl_multi_init()};
    std::map<std::uint64_t, Transfer> transfers;
    std::uint64_t last = 0;

    ~State() {
        for (auto& [number, transfer] : transfers)
            curl_multi_remove_handle(multi.get(), transfer.easy.get());
    }

    std::map<std::uint64_t, Transfer>::iterator of(CURL* easy) {
        return std::ranges::find_if(transfers,
                                    [&](const auto& one) { return one.second.easy.get() == easy; });
    }

    Still finish(std::map<std::uint64_t, Transfer>::iterator place, CURLcode ended) {
        auto& [number, transfer] = *place;
        long status = 0;
        curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        Still still{.request = number,
                    .jpeg = {},
                    .why = trouble_of(ended, transfer, status),
                    .date = transfer.date};
        if (still.why.empty()) still.jpeg = std::move(transfer.body);
        curl_multi_remove_handle(multi.get(), transfer.easy.get());
        transfers.erase(place);
        return still;
    }
};

Stills::Stills() {
    // Not safe beside other threads: whoever has some makes this one first.
    static const auto made = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (made != CURLE_OK) throw std::runtime_error{curl_easy_strerror(made)};
    state_ = std::make_unique<State>();
    if (!state_->multi) throw std::bad_alloc{};
}
Stills::~Stills() = default;

std::uint64_t Stills::start(const StillRequest& request) {
    const auto number = ++state_->last;
    auto& transfer = state_->transfers[number];
    try {
        transfer.easy.reset(curl_easy_init());
        if (!transfer.easy) throw std::bad_alloc{};
        prepare(transfer, request);
        const auto added = curl_multi_add_handle(state_->multi.get(), transfer.easy.get());
        if (added != CURLM_OK) throw std::runtime_error{curl_multi_strerror(added)};
    } catch (...) {
        state_->transfers.erase(number);
        throw;
    }
    return number;
}

std::size_t Stills::under_way() const {
    return state_->transfers.size();
}

std::vector<Still> Stills::wait(std::chrono::milliseconds longest,
                                const std::vector<int>& descriptors) {
    auto* multi = state_->multi.get();
    std::vector<curl_waitfd> also;
    for (const auto number : descriptors)
        also.push_back({.fd = number, .events = CURL_WAIT_POLLIN, .revents = 0});
    int running = 0;
    curl_multi_perform(multi, &running);
    if (static_cast<std::size_t>(running) == state_->transfers.size()) {
        curl_multi_poll(multi, also.data(), static_cast<unsigned>(also.size()),
                        static_cast<int>(longest.count()), nullptr);
        curl_multi_perform(multi, &running);
    }
    std::vector<Still> all;
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const auto place = state_->of(message->easy_handle);
        assert(place != state_->transfers.end());
        const auto ended = message->data.result;  // gone with the handle
        all.push_back(state_->finish(place, ended));
    }
    return all;
}

}  // namespace sealwarden::camera
