// The notes and keys are the examples of C2SP signed-note, tlog-checkpoint and tlog-cosignature, or
// made from them.
#include "firmware/verify/note.hpp"

#include <gtest/gtest.h>

#include "firmware/verify/json.hpp"

namespace sealwarden::verify {
namespace {

const std::string checkpoint =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

std::string without(std::string text, std::string_view part) {
    text.erase(text.find(part), part.size());
    return text;
}

TEST(Note, ReadsTheExampleOfTheSpecification) {
    const auto parsed = parse_checkpoint(checkpoint);
    EXPECT_EQ(parsed.origin, "example.com/behind-the-sofa");
    EXPECT_EQ(parsed.size, 20852163);
    EXPECT_EQ(parsed.note.signatures.size(), 2);
    EXPECT_EQ(parsed.note.signatures[1].name, "witness.example.com/w1");
    EXPECT_EQ(parsed.note.source, checkpoint);
}

TEST(Note, RefusesOtherForms) {
    const auto refused = [](const std::string& text) {
        EXPECT_THROW((void)parse_checkpoint(text), Malformed) << text;
    };
    refused("");
    refused("\n\n");
    refused(checkpoint.substr(0, checkpoint.size() - 1));
    refused(without(checkpoint, "20852163\n"));
    refused(without(checkpoint, "=\n\n"));
    refused("\n" + checkpoint);
    refused(checkpoint + "\n");
    refused(checkpoint + "x\n");
    refused(checkpoint + "— \n");
    refused(checkpoint + "— name\n");
    refused(checkpoint + "— name AAAA\n");
    refused(checkpoint + std::string(1 << 20, 'x') + "\n");
    std::string many = checkpoint;
    for (int i = 0; i < 64; ++i) many += "— name AAAAAAAA\n";
    refused(many);
}

TEST(Note, AKeyMustHaveTheIdOfItsNameAndBytes) {
    // The key of Go's own checksum database, published in its source.
    const std::string vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    const auto key = parse_vkey(vkey);
    EXPECT_EQ(key.name, "sum.golang.org");
    EXPECT_EQ(key.type, Verifier::ed25519);
    EXPECT_THROW((void)parse_vkey("x" + vkey), Malformed);
    EXPECT_THROW((void)parse_vkey(vkey.substr(0, vkey.size() - 1)), Malformed);
    EXPECT_THROW((void)parse_vkey("sum.golang.org"), Malformed);
    EXPECT_THROW((void)parse_vkey(""), Malformed);
}

// Go's checksum database signed this head; its tools accept it.
const std::string sumdb =
    "go.sum database tree\n1\nKZE8CIaVh0UkXSOSXJW/yFHKDOvGsFQQwzZwi/FGVSM=\n\n"
    "— sum.golang.org "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

TEST(Note, ALineOfAKnownKeyThatDoesNotHoldIsWrongAndAStrangersIsIgnored) {
    const auto key =
        parse_vkey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
    EXPECT_EQ(signature_of(parse_note(sumdb), key),
              SignatureState::wrong);  // the text is not the one it signed
    const auto stranger = parse_note("text\n\n— sum.golang.org AAAAAAAAAAA=\n");
    EXPECT_EQ(signature_of(stranger, key), SignatureState::absent);
}

}  // namespace
}  // namespace sealwarden::verify
