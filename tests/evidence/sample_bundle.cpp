// Writes the bundle of the story two_days_at_a_dock(), cosigned by a quorum and stamped by a
// foreign authority, into a folder, for foreign programs to check: bundle.zip, START-HERE.html,
// sheet.txt, sheet.pdf, words.txt.
#include <filesystem>
#include <fstream>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/evidence/zip.hpp"
#include "firmware/tlog/key_words.hpp"
#include "tests/evidence/memory_log.hpp"
#include "tests/support/time_stamp_authority.hpp"

int main(int, char** arguments) {
    using namespace sealwarden;
    auto story = test::two_days_at_a_dock();
    test::TimeStampAuthority authority;
    story.log.has_authority(authority.root_der(), authority.root_pem());
    story.log.has_witnesses({"office", "yard"});
    story.log.is_stamped(
        [&](const std::string& note) { return authority.reply(anchor::stamp_request(note, 1)); });
    story.log.add("door.opened", {test::Story::door});
    for (const auto* witness : {"office", "yard"}) story.log.is_cosigned(witness);
    const auto made = story.log.export_is_made();
    auto options = story.log.options(made);
    options.ahead = [](std::int64_t) { return -std::int64_t{6 * 3'600'000}; };  // the site's clocks
    const auto files = evidence::build(story.query, story.log, options, story.log);
    const std::filesystem::path folder{arguments[1]};
    const auto write = [&](const char* name, const std::string& bytes) {
        std::ofstream{folder / name, std::ios::binary} << bytes;
    };
    write("bundle.zip", evidence::zip_of(files));
    write("START-HERE.html", files.at("START-HERE.html"));
    write("sheet.txt", files.at("sheet.txt"));
    write("sheet.pdf", evidence::sheet_pdf(story.log.sheet(), Language::english));
    write("words.txt", tlog::key_words(files.at("sheet.txt")));
}
