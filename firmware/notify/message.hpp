// What a webhook is sent: our own JSON, or what other systems take.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/notify/news.hpp"

namespace sealwarden::notify {

// Names of the site, and what of it may leave it. No secret and no person is in a message; numbers
// of containers and seals, and who acknowledged, only with `full` detail.
class Words {
  public:
    // `key`: by it private ids become digits that stay the same and cannot be guessed back.
    Words(const SiteOptions& site, std::string key);

    struct Both {
        std::string en, es;
    };
    [[nodiscard]] Both sentence(const News& news, bool full) const;
    // The alarm's id as strangers may have it.
    [[nodiscard]] std::string alarm(const News& news, bool full) const;
    [[nodiscard]] std::string source(const News& news, bool full) const;
    [[nodiscard]] const SiteOptions& site() const { return site_; }

  private:
    [[nodiscard]] bool is_open(const News& news, bool full) const;

    const SiteOptions& site_;
    std::string key_;
    std::map<std::pair<std::string, std::string>, Name> names_;
};

struct Message {
    std::string content_type;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {};
};

// `late`: it goes out long after it happened, `age` behind it.
struct Going {
    bool late = false;
    std::chrono::seconds age{};
};
// `token` goes into the body where the receiver wants it there.
[[nodiscard]] Message message_for(const News& news, const config::Webhook& webhook,
                                  const Words& words, const Going& going, const std::string& token);

}  // namespace sealwarden::notify
