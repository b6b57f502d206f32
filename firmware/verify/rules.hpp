// The rules of firmware/evidence/FORMAT.md for a bundle, each a function, in the order they are
// checked. A rule throws Broken when something contradicts, and reports what is missing.
#pragma once

#include "firmware/verify/case.hpp"

namespace sealwarden::verify::rules {

// rules_container.cpp: what was handed over
void container_form(Case& bundle);
void manifest_signature(Case& bundle);
void manifest_files(Case& bundle);
void manifest_query(Case& bundle);

// rules_head.cpp: who signed
void epochs_table(Case& bundle);
void head_signature(Case& bundle);
void head_fresh(Case& bundle);
void manifest_window(Case& bundle);  // the part of manifest.query that needs the head

// rules_record.cpp: each record by itself
void record_form(Case& bundle);
void record_inclusion(Case& bundle);
void record_time(Case& bundle);

// rules_complete.cpp: that nothing is left out
void closing_chain(Case& bundle);
void range_complete(Case& bundle);
void subject_counters(Case& bundle);

// rules_index.cpp: what the day indexes say
void subject_index(Case& bundle);

// rules_people.cpp: what people read
void payload_commitment(Case& bundle);
void file_hash(Case& bundle);
void people_files(Case& bundle);

// rules_outside.cpp: what others say about the log
void held(Case& bundle);
void cosignature(Case& bundle);
void anchor(Case& bundle);

}  // namespace sealwarden::verify::rules
