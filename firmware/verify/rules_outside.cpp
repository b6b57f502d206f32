#include <fmt/core.h>

#include "firmware/verify/outside.hpp"
#include "firmware/verify/proof_files.hpp"
#include "firmware/verify/rules.hpp"

namespace sealwarden::verify::rules {
namespace {

Link link_in(const Case& bundle, std::uint64_t size, const Hash& root) {
    const auto& head = bundle.head.checkpoint;
    const auto told = [&](const Hash& known) { return known == root ? Link::same : Link::other; };
    if (size == head.size) return told(head.root);
    if (const auto known = bundle.checkpoints.find(size); known != bundle.checkpoints.end()) {
        return told(known->second.checkpoint.root);
    }
    if (bundle.range) {
        const auto roots = bundle.range->roots_at({size});
        if (!roots.empty()) return told(roots.begin()->second);
    }
    return Link::unknown;
}

Outside outside_of(Case& bundle) {
    return {.files = bundle.files,
            .sheet = bundle.sheet,
            .report = bundle.report,
            .origin = bundle.manifest.origin,
            .needed_size = bundle.manifest.window.to,
            .checkpoints = bundle.checkpoints,
            .closings = bundle.closings,
            .epoch_keys = bundle.epoch_keys,
            .head = bundle.head,
            .link = [&bundle](std::uint64_t size, const Hash& root) {
                return link_in(bundle, size, root);
            }};
}

}  // namespace

void held(Case& bundle) {
    const auto log = outside_of(bundle);
    check_commissioned(log);
    check_held(log, bundle.asked.held);
}

void cosignature(Case& bundle) {
    check_cosignatures(outside_of(bundle));
}

void anchor(Case& bundle) {
    check_stamps(outside_of(bundle));
}

}  // namespace sealwarden::verify::rules
