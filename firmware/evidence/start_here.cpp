#include "firmware/evidence/start_here.hpp"

#include <zlib.h>

#include <cassert>
#include <nlohmann/json.hpp>

#include "drivers/embedded.hpp"
#include "firmware/evidence/zip.hpp"

namespace sealwarden {
namespace embedded {
std::span<const Embedded> page_sources();
}
namespace evidence {
namespace {

std::string source(std::string_view name) {
    for (const auto& file : embedded::page_sources()) {
        if (file.name == name) return std::string{file.text};
    }
    assert(!"every source of the page is built in");
    return {};
}

// RFC 1952; zlib writes no time and no name, so the same bytes give the same bytes.
std::string gzip(const std::string& bytes) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;  // zlib.h, deflateInit2
    if (deflateInit2(&stream, 6, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc{};
    }
    std::string packed(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const auto ended = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    assert(ended == Z_STREAM_END);
    return packed;
}

// JSON inside a script element: nothing in it may end the element.
std::string texts() {
    auto all = nlohmann::json::object();
    for (const auto& [name, language] :
         {std::pair{"en", Language::english}, std::pair{"es", Language::spanish}}) {
        auto& mine = all[name];
        for (const auto* prefix : {"page.", "verdict.", "rule.", "finding."}) {
            mine.update(nlohmann::json(texts_under(language, prefix)));
        }
    }
    auto text = all.dump();
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) {
        text.replace(at, 1, "\\u003c");
    }
    return text;
}

std::string filled(std::string_view page, const std::map<std::string, std::string>& places) {
    std::string result;
    while (true) {
        const auto open = page.find("{{");
        result += page.substr(0, open);
        if (open == std::string_view::npos) return result;
        const auto close = page.find("}}", open);
        result += places.at(std::string{page.substr(open + 2, close - open - 2)});
        page.remove_prefix(close + 2);
    }
}

}  // namespace

std::string start_here(const Files& files, Language language) {
    std::string script;
    for (const auto* name :
         {"bytes.js", "tree.js", "zip.js", "notes.js", "rules.js", "judge.js", "page.js"}) {
        script += source(name);
    }
    return filled(source("page.html"), {{"lang", language == Language::spanish ? "es" : "en"},
                                        {"style", source("page.css")},
                                        {"texts", texts()},
                                        {"bundle", tlog::base64(gzip(zip_of(files)))},
                                        {"script", script}});
}

}  // namespace evidence
}  // namespace sealwarden
