// What people read of a bundle. Rendered from the given records and, for the times of the report
// and the timeline, the offset of the site; from nothing else.
#pragma once

#include "firmware/evidence/given.hpp"

namespace sealwarden::evidence {

[[nodiscard]] std::string verify_txt(const Given& given, const LogView& log,
                                     const Options& options);
// What happened over the time asked for, in lanes, at the times the entries claim. No script.
[[nodiscard]] std::string timeline_svg(const Given& given, const Options& options);
// A4, text that can be selected, the head as a QR code. Fonts are the system's.
[[nodiscard]] std::string report_pdf(const Given& given, const LogView& log,
                                     const Options& options);

// The commissioning sheet to be printed: its key words, its text, the text as a QR code.
[[nodiscard]] std::string sheet_pdf(const tlog::Sheet& sheet, Language language);

// A checkpoint with its first signature only: what fits a QR code.
[[nodiscard]] std::string with_first_signature(std::string_view checkpoint);

}  // namespace sealwarden::evidence
