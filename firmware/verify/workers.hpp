// Work that is cut into pieces, for all cores.
#pragma once

#include <cstddef>
#include <functional>

namespace sealwarden::verify {

// One for each core, at most eight.
[[nodiscard]] unsigned worker_count();

// Calls work(0) to work(count-1), each once, in any order and on several threads; returns when all
// are done. `work` must not throw.
void work_through(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace sealwarden::verify
