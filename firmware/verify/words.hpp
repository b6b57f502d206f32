// Every sentence the verifier says, in both languages. A sentence is a value until it is printed.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::verify {

enum class Language { english, spanish };

enum class Say {
    container_unreadable,
    no_sheet,
    sheet_unreadable,
    words_differ,
    sheet_differs,
    file_malformed,
    file_not_listed,
    file_changed,
    file_lost,
    sums_differ,
    manifest_not_signed,
    manifest_wrong_signature,
    manifest_other,
    query_other_subject,
    query_other_period,
    query_empty,
    query_subject_not_first,
    query_without_gateway,
    window_other,
    generation_began,
    other_origin,
    log_signature,
    epoch_signature,
    epoch_signature_absent,
    epoch_key_missing,
    epoch_key_not_proven,
    keys_table_differs,
    size_not_name,
    head_stale,
    record_malformed,
    record_not_asked,
    record_lost,
    export_not_entered,
    proof_missing,
    proof_of_nothing,
    not_in_tree,
    time_position,
    unsynced,
    told_gap,
    told_gaps,
    checkpoint_beyond_head,
    not_consistent,
    consistency_missing,
    closing_other_epoch,
    closed_twice,
    checkpoint_out_of_order,
    not_a_closing,
    closing_missing,
    epoch_skipped,
    epoch_open,
    closed_late,
    range_missing,
    range_not_in_tree,
    range_other_record,
    tile_missing,
    tile_differs,
    root_differs,
    counter_hole,
    counter_number,
    records_miscounted,
    day_malformed,
    day_missing,
    day_proof_missing,
    day_differs,
    day_index_wrong,
    end_open,
    payload_other,
    payload_unexpected,
    payload_erased,
    erasure_without_entry,
    payload_missing,
    payloads_withheld,
    payloads_not_given,
    picture_other,
    picture_missing,
    picture_of_nothing,
    table_differs,
    held_unreadable,
    held_of_other,
    held_rollback,
    held_agrees,
    held_contradicts,
    held_unlinked,
    commissioned_differs,
    cosignature_wrong,
    quorum_missing,
    stamped,
    stamp_wrong,
    stamp_stranger,
    stamp_missing,
    nothing_outside,
    all_rules,
    all_rules_gaps,
    count_,  // no sentence: how many there are
};

struct Sentence {
    Say what{};
    std::vector<std::string> places;  // for {0}, {1}, …
};

template <class... Places>
[[nodiscard]] Sentence say(Say what, const Places&... places) {
    return {.what = what, .places = {fmt::format("{}", places)...}};
}

[[nodiscard]] std::string text(const Sentence& sentence, Language language);
// The sentence with its places open; for tests.
[[nodiscard]] std::string_view open_text(Say what, Language language);
// A stable word for programs: "closing_missing".
[[nodiscard]] std::string_view word(Say what);

}  // namespace sealwarden::verify
