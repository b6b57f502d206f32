// One thing wrong in a TOML file, said so that the installer can put it right.
#pragma once

#include <string>

namespace sealwarden {

struct FileFinding {
    // info: nothing to put right, but worth knowing.
    enum class Severity { error, warning, info };
    std::string file;
    unsigned line = 0, column = 0;  // from 1; 0: the file as a whole
    std::string path;               // "/bus/0/device/1/unit"
    std::string message;            // what, and how to fix it
    Severity severity = Severity::error;
    friend bool operator==(const FileFinding&, const FileFinding&) = default;
};
[[nodiscard]] std::string to_string(const FileFinding& finding);  // file:line:column: path: message

}  // namespace sealwarden
