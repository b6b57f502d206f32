// START-HERE.html: a bundle that checks itself in a browser, opened from disk.
#pragma once

#include "firmware/evidence/bundle.hpp"

namespace sealwarden::evidence {

// `files`: all of the bundle but START-HERE.html and SHA256SUMS, which depend on the page.
[[nodiscard]] std::string start_here(const Files& files, Language language);

}  // namespace sealwarden::evidence
