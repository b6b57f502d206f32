#include "firmware/mqtt/probe.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace sealwarden::mqtt_front {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Thrown inside this file only: the way out of a step that cannot go on.
struct Failed {
    Finding finding;
};

constexpr std::string_view hung_up = "closed at CONNECT without an answer";

[[noreturn]] void unreachable(std::string text) {
    throw Failed{{.why = Refusal::unreachable, .text = std::move(text)}};
}

template <auto free>
struct Free {
    template <class T>
    void operator()(T* item) const {
        free(item);
    }
};
using Addresses = std::unique_ptr<addrinfo, Free<::freeaddrinfo>>;
using TlsContext = std::unique_ptr<SSL_CTX, Free<::SSL_CTX_free>>;
using Tls = std::unique_ptr<SSL, Free<::SSL_free>>;
using Certificate = std::unique_ptr<X509, Free<::X509_free>>;
using Bio = std::unique_ptr<BIO, Free<::BIO_free_all>>;

struct Place {
    std::string host, port;
    bool secure = false;
};

Place place_of(std::string_view url) {
    Place place{.secure = url.starts_with("mqtts://")};
    url.remove_prefix(std::min(url.size(), url.find("://") + 3));
    const auto colon = url.rfind(':');
    const bool has_port = colon != std::string_view::npos && url.find(']', colon) == url.npos;
    place.port = has_port ? std::string{url.substr(colon + 1)} : place.secure ? "8883" : "1883";
    if (has_port) url = url.substr(0, colon);
    if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
    place.host = url;
    return place;
}

class Socket {
  public:
    Socket(int stop, SteadyClock::time_point until) : stop_{stop}, until_{until} {}
    ~Socket() { close(); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void connect(const Place& place) {
        const addrinfo wanted{.ai_flags = AI_ADDRCONFIG, .ai_socktype = SOCK_STREAM};
        addrinfo* found = nullptr;
        const int code = ::getaddrinfo(place.host.c_str(), place.port.c_str(), &wanted, &found);
        if (code != 0)
            unreachable(fmt::format("no address for {}: {}", place.host, ::gai_strerror(code)));
        const Addresses addresses{found};
        int error = 0;
        for (const auto* address = found; address != nullptr; address = address->ai_next) {
            error = try_one(*address);
            if (error == 0) return;
        }
        unreachable(fmt::format("no connection to {} port {}: {}", place.host, place.port,
                                std::strerror(error)));
    }
    void wait(short events, std::string_view missing) const {
        pollfd waited[2] = {{.fd = number_, .events = events, .revents = 0},
                            {.fd = stop_, .events = POLLIN, .revents = 0}};
        for (;;) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(until_ - SteadyClock::now());
            const int ready =
                left.count() > 0 ? ::poll(waited, 2, static_cast<int>(left.count())) : 0;
            if (ready < 0 && errno == EINTR) continue;
            if (ready <= 0) unreachable(std::string{missing});
            if (waited[1].revents != 0) unreachable("going down");
            return;
        }
    }
    [[nodiscard]] int number() const { return number_; }

  private:
    int try_one(const addrinfo& address) {
        close();
        number_ = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (number_ < 0) return errno;
        if (::connect(number_, address.ai_addr, address.ai_addrlen) == 0) return 0;
        if (errno != EINPROGRESS) return errno;
        wait(POLLOUT, "no answer to the TCP connection: a firewall, or a host that is off");
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(number_, SOL_SOCKET, SO_ERROR, &error, &size);
        return error;
    }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }
    int number_ = -1, stop_;
    SteadyClock::time_point until_;
};

std::string text_of(const X509_NAME* name) {
    const Bio bio{::BIO_new(::BIO_s_mem())};
    ::X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string text_of(const ASN1_TIME* time) {
    std::tm broken{};
    if (::ASN1_TIME_to_tm(time, &broken) != 1) return "an unreadable time";
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", broken.tm_year + 1900,
                       broken.tm_mon + 1, broken.tm_mday, broken.tm_hour, broken.tm_min);
}

// The host names and addresses a certificate is made out to.
std::string names_of(const X509* certificate) {
    std::vector<std::string> names;
    auto* list = static_cast<GENERAL_NAMES*>(
        ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
        const auto* name = sk_GENERAL_NAME_value(list, i);
        const auto* bytes = name->type == GEN_DNS     ? name->d.dNSName
                            : name->type == GEN_IPADD ? name->d.iPAddress
                                                      : nullptr;
        if (bytes == nullptr) continue;
        const auto* data = ::ASN1_STRING_get0_data(bytes);
        const auto size = static_cast<std::size_t>(::ASN1_STRING_length(bytes));
        if (name->type == GEN_DNS) {
            names.emplace_back(reinterpret_cast<const char*>(data), size);
        } else if (size == 4 || size == 16) {
            std::array<char, INET6_ADDRSTRLEN> text{};
            ::inet_ntop(size == 4 ? AF_INET : AF_INET6, data, text.data(), text.size());
            names.emplace_back(text.data());
        }
    }
    ::GENERAL_NAMES_free(list);
    return names.empty() ? text_of(::X509_get_subject_name(certificate))
                         : fmt::format("{}", fmt::join(names, ", "));
}

// A TLS handshake under the same rules as Paho's connection: the CA file and nothing else, the host
// name, security level 2, TLS 1.2 or newer.
class Handshake {
  public:
    Handshake(const ProbeOptions& options, const Place& place, const Socket& socket)
        : options_{options},
          place_{place},
          socket_{socket},
          context_{::SSL_CTX_new(::TLS_client_method())} {
        if (!context_) unreachable("no memory for TLS");
        ::SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(context_.get(), "DEFAULT:@SECLEVEL=2");
        ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, &Handshake::seen);
        load();
        tls_.reset(::SSL_new(context_.get()));
        SSL_set_app_data(tls_.get(), this);
        ::SSL_set_fd(tls_.get(), socket.number());
        auto* rules = ::SSL_get0_param(tls_.get());
        in6_addr address{};
        const bool numeric = ::inet_pton(AF_INET, place.host.c_str(), &address) == 1 ||
                             ::inet_pton(AF_INET6, place.host.c_str(), &address) == 1;
        if (numeric) {
            ::X509_VERIFY_PARAM_set1_ip_asc(rules, place.host.c_str());
        } else {
            ::X509_VERIFY_PARAM_set1_host(rules, place.host.c_str(), 0);
            SSL_set_tlsext_host_name(tls_.get(), place.host.c_str());
        }
        advance([this] { return ::SSL_connect(tls_.get()); });
    }

    void write(std::string_view bytes) {
        advance(
            [&] { return ::SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())); });
    }
    // 0: the broker closed the connection.
    std::size_t read(char* bytes, std::size_t size) {
        return static_cast<std::size_t>(
            advance([&] { return ::SSL_read(tls_.get(), bytes, static_cast<int>(size)); }));
    }

  private:
    // The rest of the chain is of no interest once one thing is wrong with it; OpenSSL's default
    // would go on at some errors and report the last.
    static int seen(int good, X509_STORE_CTX* chain) {
        if (good == 1) return 1;
        auto* tls = static_cast<SSL*>(
            ::X509_STORE_CTX_get_ex_data(chain, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
        auto& self = *static_cast<Handshake*>(SSL_get_app_data(tls));
        self.wrong_ = ::X509_STORE_CTX_get_error(chain);
        auto* certificate = ::X509_STORE_CTX_get_current_cert(chain);
        if (certificate != nullptr && ::X509_up_ref(certificate) == 1) {
            self.certificate_.reset(certificate);
        }
        return 0;
    }
    static int asked(SSL* tls, void*) {
        static_cast<Handshake*>(SSL_get_app_data(tls))->client_certificate_asked_ = true;
        return 1;
    }
    void load() {
        const auto at = [](const auto& path) { return path ? path->string() : std::string{}; };
        const auto ca = at(options_.ca), certificate = at(options_.certificate),
                   key = at(options_.key);
        if (!ca.empty() && ::SSL_CTX_load_verify_file(context_.get(), ca.c_str()) != 1) {
            unreachable(fmt::format("cannot use the CA file {}: {}", ca, last_error()));
        }
        ::SSL_CTX_set_cert_cb(context_.get(), &Handshake::asked, nullptr);
        if (certificate.empty()) return;
        if (::SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) != 1) {
            unreachable(
                fmt::format("cannot use the client certificate {}: {}", certificate, last_error()));
        }
        if (::SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
            unreachable(
                fmt::format("cannot use the key of the client certificate: {}", last_error()));
        }
    }
    static std::string last_error() {
        const auto* text = ::ERR_reason_error_string(::ERR_peek_last_error());
        return text == nullptr ? "unknown error" : text;
    }

    template <class Step>
    int advance(Step step) {
        for (;;) {
            ::ERR_clear_error();
            errno = 0;
            const int done = step();
            if (done > 0) return done;
            switch (::SSL_get_error(tls_.get(), done)) {
                case SSL_ERROR_WANT_READ: socket_.wait(POLLIN, silent); break;
                case SSL_ERROR_WANT_WRITE: socket_.wait(POLLOUT, silent); break;
                case SSL_ERROR_ZERO_RETURN: return 0;
                default: give_up(errno);
            }
        }
    }
    static constexpr std::string_view silent = "TLS: the broker stopped answering";

    [[noreturn]] void give_up(int reset) const {
        const auto error = ::ERR_peek_error();
        const int reason = ERR_GET_REASON(error);
        if (wrong_ != X509_V_OK) unreachable("TLS: " + certificate_fault());
        const bool ready = ::SSL_is_init_finished(tls_.get()) == 1;
        const bool gone = reason == SSL_R_UNEXPECTED_EOF_WHILE_READING || error == 0;
        // Asked for is not required: it is the reason only when the broker ends the connection. A
        // reset may have overtaken its alert.
        if (client_certificate_asked_ && (gone || reason >= SSL_AD_REASON_OFFSET)) {
            unreachable(!options_.certificate
                            ? "TLS: the broker wants a client certificate: set [mqtt] certificate "
                              "and key"
                            : fmt::format("TLS: the broker does not accept our client "
                                          "certificate: {}",
                                          gone ? "it closed the connection" : last_error()));
        }
        if (gone && ready && reset == 0) {
            throw Failed{{.why = Refusal::hung_up, .text = std::string{hung_up}}};
        }
        if (gone && ready) {
            unreachable(fmt::format("connection lost at CONNECT: {}", std::strerror(reset)));
        }
        if (gone) {
            unreachable("TLS: the broker closed during the handshake; does this port speak TLS?");
        }
        switch (reason) {
            case SSL_R_UNSUPPORTED_PROTOCOL:
            case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
                unreachable(
                    "TLS: the broker offers nothing newer than TLS 1.1, at least 1.2 is needed");
            case SSL_R_WRONG_VERSION_NUMBER:
                unreachable("TLS: this port does not speak TLS; is it the one for mqtt://?");
            case SSL_R_EE_KEY_TOO_SMALL:
            case SSL_R_CA_KEY_TOO_SMALL:
            case SSL_R_CA_MD_TOO_WEAK:
            case SSL_R_DH_KEY_TOO_SMALL:
            case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
                unreachable(fmt::format("TLS: too weak for security level 2: {}", last_error()));
            case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
                unreachable("TLS: the broker and we have no cipher of security level 2 in common");
            default: unreachable(fmt::format("TLS: {}", last_error()));
        }
    }

    [[nodiscard]] std::string certificate_fault() const {
        const auto* certificate = certificate_.get();
        const std::string said = ::X509_verify_cert_error_string(wrong_);
        if (certificate == nullptr) return said;
        switch (wrong_) {
            case X509_V_ERR_CERT_HAS_EXPIRED:
                return fmt::format("certificate of {} expired on {}",
                                   text_of(::X509_get_subject_name(certificate)),
                                   text_of(::X509_get0_notAfter(certificate)));
            case X509_V_ERR_CERT_NOT_YET_VALID:
                return fmt::format(
                    "certificate of {} is valid only from {}: is this machine's clock right?",
                    text_of(::X509_get_subject_name(certificate)),
                    text_of(::X509_get0_notBefore(certificate)));
            case X509_V_ERR_HOSTNAME_MISMATCH:
            case X509_V_ERR_IP_ADDRESS_MISMATCH:
                return fmt::format("host name mismatch: the certificate is for {}, not for {}",
                                   names_of(certificate), place_.host);
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
            case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            case X509_V_ERR_CERT_SIGNATURE_FAILURE:
                return fmt::format(
                    "wrong CA: the certificate is signed by {}, which [mqtt] ca {} does not vouch "
                    "for",
                    text_of(::X509_get_issuer_name(certificate)),
                    options_.ca ? options_.ca->string() : "(none)");
            case X509_V_ERR_EE_KEY_TOO_SMALL:
            case X509_V_ERR_CA_KEY_TOO_SMALL:
            case X509_V_ERR_CA_MD_TOO_WEAK:
                return fmt::format(
                    "certificate of {} is too weak for security level 2 ({}): it needs RSA 2048 "
                    "or EC 256 and SHA-256",
                    text_of(::X509_get_subject_name(certificate)), said);
            default: return said;
        }
    }

    const ProbeOptions& options_;
    const Place& place_;
    const Socket& socket_;
    TlsContext context_;
    Tls tls_;
    int wrong_ = X509_V_OK;
    Certificate certificate_;  // what `wrong_` is about
    bool client_certificate_asked_ = false;
};

void append(std::string& packet, std::string_view text) {
    packet += static_cast<char>(text.size() >> 8);
    packet += static_cast<char>(text.size() & 0xff);
    packet += text;
}

// A clean session without user, will or properties: 3.1.1 section 3.1, 5 section 3.1.
std::string connect_packet(const ProbeOptions& options) {
    std::string body;
    append(body, "MQTT");
    body += static_cast<char>(options.version);
    body += '\x02';              // clean
    body.append("\x00\x0a", 2);  // keep-alive 10 s
    if (options.version == Version::v5) body += '\0';
    // Below 128 bytes, so that the length is one byte; 3.1.1 promises 23.
    append(body, std::string_view{options.client_id}.substr(0, 64));
    return std::string{'\x10', static_cast<char>(body.size())} + body;
}

std::optional<Finding> judge(const char* answer, std::size_t size) {
    if (size == 0) return Finding{.why = Refusal::hung_up, .text = std::string{hung_up}};
    if (static_cast<unsigned char>(answer[0]) != 0x20) {
        return Finding{.why = Refusal::unreachable,
                       .text = "what answers there does not speak MQTT"};
    }
    const auto code = size >= 4 ? static_cast<unsigned char>(answer[3]) : 0;
    if (code != 1 && code != 0x84) return std::nullopt;
    return Finding{.why = Refusal::wrong_version, .text = "does not speak this version of MQTT"};
}

std::optional<Finding> ask(const ProbeOptions& options, int stop) {
    constexpr std::string_view silent = "accepts the connection and does not answer CONNECT";
    const auto place = place_of(options.url);
    Socket socket{stop, SteadyClock::now() + options.patience};
    socket.connect(place);
    const auto packet = connect_packet(options);
    std::array<char, 64> answer{};
    if (place.secure) {
        Handshake tls{options, place, socket};
        tls.write(packet);
        return judge(answer.data(), tls.read(answer.data(), answer.size()));
    }
    // A new connection's buffer takes so few bytes at once.
    if (::send(socket.number(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
        unreachable(fmt::format("connection lost at CONNECT: {}", std::strerror(errno)));
    }
    socket.wait(POLLIN, silent);
    const auto got = ::recv(socket.number(), answer.data(), answer.size(), 0);
    if (got < 0) unreachable(fmt::format("connection lost at CONNECT: {}", std::strerror(errno)));
    return judge(answer.data(), static_cast<std::size_t>(got));
}

}  // namespace

std::optional<Finding> probe(const ProbeOptions& options, int stop) {
    try {
        return ask(options, stop);
    } catch (const Failed& failed) {
        return failed.finding;
    }
}

}  // namespace sealwarden::mqtt_front
