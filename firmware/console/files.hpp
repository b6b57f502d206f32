// The web app's files, read into memory at the start: what is not there then cannot be asked for.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/console/exchange.hpp"

namespace sealwarden::console {

class Files {
  public:
    // Everything under `directory`, where there is one. FILE.br and FILE.gz are FILE compressed.
    // Throws std::runtime_error when it holds more than 64 MiB.
    explicit Files(const std::filesystem::path& directory);

    // To GET and HEAD of a file, or of a screen of the app (then index.html). Empty: neither.
    [[nodiscard]] std::optional<Response> answer(const Request& request) const;
    // index.html with this markup before the app; it is one person's, and nobody keeps it.
    [[nodiscard]] Response page_with(std::string_view picture) const;
    [[nodiscard]] std::size_t count() const { return files_.size(); }

  private:
    struct File {
        std::shared_ptr<const std::string> plain, gzip, brotli;
        std::string type, etag;
    };
    [[nodiscard]] static Response response(const File& file, const Request& request);

    std::map<std::string, File, std::less<>> files_;  // by path: "/assets/app-1f2e.js"
    std::vector<std::string> styles_;                 // hashes of index.html's own, for its policy
};

}  // namespace sealwarden::console
