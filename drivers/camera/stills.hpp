// Still pictures of cameras and recorders over HTTP. The one door to libcurl.
//
// A camera is a stranger on the network: an answer has at most 2 MiB and 20 s, no redirect is
// followed, no proxy and no .netrc of the environment is used, TLS is at least 1.2 and verified,
// and the picture is held against the form of a JPEG and never decoded. Over plain HTTP a password
// goes out by digest only; Basic needs https.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sealwarden::camera {

inline constexpr std::size_t still_limit = 2u << 20;  // bytes of a picture
inline constexpr std::chrono::seconds still_patience{20}, connect_patience{5};

struct StillRequest {
    std::string url;             // http://… or https://…
    std::string user, password;  // both empty: nobody signs in
    std::filesystem::path ca;    // PEM; empty: the system's authorities
    std::chrono::milliseconds patience = still_patience;
};

struct Still {
    std::uint64_t request = 0;  // what start() returned
    std::string jpeg;           // empty: there is none, see `why`
    std::string why;            // one sentence, of ours; nothing of the peer's text
    // What the peer's Date header says, since 1970; empty: none that can be read.
    std::optional<std::chrono::seconds> date;
};

// One thread uses it.
class Stills {
  public:
    Stills();
    ~Stills();  // what is still asked is given up
    Stills(const Stills&) = delete;
    Stills& operator=(const Stills&) = delete;

    // Asks; the answer comes from wait(). Returns the request's number.
    std::uint64_t start(const StillRequest& request);
    [[nodiscard]] std::size_t under_way() const;
    // Waits for answers, for something to read on one of `descriptors`, or for `longest`; returns
    // what has come.
    std::vector<Still> wait(std::chrono::milliseconds longest, const std::vector<int>& descriptors);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::camera
