#include "firmware/verify/words.hpp"

#include <array>
#include <cassert>

namespace sealwarden::verify {
namespace {

struct Row {
    Say what;
    std::string_view word;
    std::string_view english;
    std::string_view spanish;
};

constexpr std::size_t row_count = static_cast<std::size_t>(Say::count_);
constexpr std::array<Row, row_count> rows{{
    {Say::container_unreadable, "container_unreadable",
     "It cannot be read as one bundle or log without ambiguity: {0}.",
     "No se puede leer como un único paquete o registro sin ambigüedad: {0}."},
    {Say::no_sheet, "no_sheet",
     "No commissioning sheet was given, and nothing else can be trusted.",
     "No se dio la hoja de puesta en marcha, y no hay otra cosa en que confiar."},
    {Say::sheet_unreadable, "sheet_unreadable", "The commissioning sheet cannot be read: {0}.",
     "La hoja de puesta en marcha no se puede leer: {0}."},
    {Say::words_differ, "words_differ",
     "The sheet in the bundle has other key words than the reader's: {0}.",
     "La hoja del paquete tiene otras palabras clave que las del lector: {0}."},
    {Say::sheet_differs, "sheet_differs", "The sheet in the bundle is not the reader's.",
     "La hoja del paquete no es la del lector."},
    {Say::file_malformed, "file_malformed", "{0} has not the form it must have: {1}.",
     "{0} no tiene la forma debida: {1}."},
    {Say::file_not_listed, "file_not_listed", "{0} is not listed in the signed manifest.",
     "{0} no consta en el manifiesto firmado."},
    {Say::file_changed, "file_changed", "{0} is not the file the signed manifest lists.",
     "{0} no es el archivo que consta en el manifiesto firmado."},
    {Say::file_lost, "file_lost", "{0} is missing.", "Falta {0}."},
    {Say::sums_differ, "sums_differ", "SHA256SUMS does not list the files that are there.",
     "SHA256SUMS no enumera los archivos presentes."},
    {Say::manifest_not_signed, "manifest_not_signed",
     "The manifest is not signed by the key of the sheet.",
     "El manifiesto no está firmado con la clave de la hoja."},
    {Say::manifest_wrong_signature, "manifest_wrong_signature",
     "The manifest's signature does not hold.", "La firma del manifiesto no es válida."},
    {Say::manifest_other, "manifest_other", "The signature is over another manifest.",
     "La firma corresponde a otro manifiesto."},
    {Say::query_other_subject, "query_other_subject", "The bundle answers for {0}, not for {1}.",
     "El paquete responde por {0}, no por {1}."},
    {Say::query_other_period, "query_other_period",
     "The bundle answers for the time from {0} to {1}, not for the one asked for.",
     "El paquete responde por el período de {0} a {1}, no por el solicitado."},
    {Say::query_empty, "query_empty", "The query's period is empty.",
     "El período de la consulta está vacío."},
    {Say::query_subject_not_first, "query_subject_not_first",
     "The subject asked for is not the first whose entries are given.",
     "El objeto consultado no es el primero cuyas entradas se entregan."},
    {Say::query_without_gateway, "query_without_gateway",
     "The gateway's own entries are not given.",
     "No se entregan las entradas de la propia pasarela."},
    {Say::window_other, "window_other", "The window of entries does not follow from the query.",
     "La ventana de entradas no se sigue de la consulta."},
    {Say::generation_began, "generation_began",
     "Generation {0} of the log began within the period, in epoch {1}; what was before is in "
     "another bundle.",
     "La generación {0} del registro comenzó dentro del período, en la época {1}; lo anterior está "
     "en otro paquete."},
    {Say::other_origin, "other_origin", "The checkpoint of size {0} is of another log: {1}.",
     "El punto de control de tamaño {0} es de otro registro: {1}."},
    {Say::log_signature, "log_signature",
     "The checkpoint of size {0} has no valid signature of the log key.",
     "El punto de control de tamaño {0} no tiene firma válida de la clave del registro."},
    {Say::epoch_signature, "epoch_signature",
     "The checkpoint of size {0} has a wrong signature of epoch {1}.",
     "El punto de control de tamaño {0} tiene una firma falsa de la época {1}."},
    {Say::epoch_signature_absent, "epoch_signature_absent",
     "The checkpoint of size {0} has no signature of an epoch key.",
     "El punto de control de tamaño {0} no tiene firma de una clave de época."},
    {Say::epoch_key_missing, "epoch_key_missing",
     "The key of epoch {0}, which signed the checkpoint of size {1}, is not proven.",
     "La clave de la época {0}, que firmó el punto de control de tamaño {1}, no está probada."},
    {Say::epoch_key_not_proven, "epoch_key_not_proven",
     "The key given for epoch {0} is not the one committed on the sheet.",
     "La clave dada para la época {0} no es la comprometida en la hoja."},
    {Say::keys_table_differs, "keys_table_differs",
     "The table of epoch keys is not the one committed on the sheet.",
     "La tabla de claves de época no es la comprometida en la hoja."},
    {Say::size_not_name, "size_not_name", "{0} is a checkpoint of another size.",
     "{0} es un punto de control de otro tamaño."},
    {Say::head_stale, "head_stale",
     "The log was last signed in the hour of {0}, before the end of the period asked for, {1}.",
     "El registro se firmó por última vez en la época de {0}, antes del fin del período "
     "solicitado, {1}."},
    {Say::record_malformed, "record_malformed", "{0} is no record: {1}.",
     "{0} no es una entrada: {1}."},
    {Say::record_not_asked, "record_not_asked",
     "Entry {0} belongs neither to the window nor to its context.",
     "La entrada {0} no pertenece ni a la ventana ni a su contexto."},
    {Say::record_lost, "record_lost", "Entry {0} is named and not given.",
     "La entrada {0} se nombra y no se entrega."},
    {Say::export_not_entered, "export_not_entered", "Entry {0} does not record this export.",
     "La entrada {0} no registra esta exportación."},
    {Say::proof_missing, "proof_missing", "There is no proof for entry {0}.",
     "No hay prueba para la entrada {0}."},
    {Say::proof_of_nothing, "proof_of_nothing", "{0} proves nothing that is in the bundle.",
     "{0} no prueba nada de lo que hay en el paquete."},
    {Say::not_in_tree, "not_in_tree", "Entry {0} is not in the log that was signed.",
     "La entrada {0} no está en el registro firmado."},
    {Say::time_position, "time_position",
     "Entry {0} claims {1}, but stands among the entries from {2} to {3}.",
     "La entrada {0} afirma {1}, pero está entre las entradas de {2} a {3}."},
    {Say::unsynced, "unsynced", "{0} entries ({1} to {2}) say that the clock was not synchronised.",
     "{0} entradas ({1} a {2}) dicen que el reloj no estaba sincronizado."},
    {Say::told_gap, "told_gap", "Entry {0}, {3}: {1} {2}.", "Entrada {0}, {3}: {1} {2}."},
    {Say::told_gaps, "told_gaps", "{0} entries of the kind {1}, the first is {2}.",
     "{0} entradas del tipo {1}, la primera es {2}."},
    {Say::checkpoint_beyond_head, "checkpoint_beyond_head",
     "The checkpoint of size {0} is larger than the head.",
     "El punto de control de tamaño {0} es mayor que la cabeza."},
    {Say::not_consistent, "not_consistent",
     "The checkpoint of size {0} is of another history than the head.",
     "El punto de control de tamaño {0} es de otra historia que la cabeza."},
    {Say::consistency_missing, "consistency_missing",
     "Nothing proves that the checkpoint of size {0} belongs to the head.",
     "Nada prueba que el punto de control de tamaño {0} pertenezca a la cabeza."},
    {Say::closing_other_epoch, "closing_other_epoch",
     "The checkpoint of size {0} ends with the closing of epoch {1} and is signed by epoch {2}.",
     "El punto de control de tamaño {0} termina con el cierre de la época {1} y está firmado por "
     "la época {2}."},
    {Say::closed_twice, "closed_twice", "Epoch {0} is closed twice.",
     "La época {0} está cerrada dos veces."},
    {Say::checkpoint_out_of_order, "checkpoint_out_of_order",
     "The checkpoint of size {0} of epoch {1} is not where that epoch is.",
     "El punto de control de tamaño {0} de la época {1} no está donde está esa época."},
    {Say::not_a_closing, "not_a_closing",
     "Epoch {0} has a checkpoint, of size {1}, that does not end with its closing entry.",
     "La época {0} tiene un punto de control, de tamaño {1}, que no termina con su entrada de "
     "cierre."},
    {Say::closing_missing, "closing_missing", "The closing checkpoint of epoch {0} is missing.",
     "Falta el punto de control de cierre de la época {0}."},
    {Say::epoch_skipped, "epoch_skipped",
     "Entry {0} closes epoch {1} where epoch {2} must be closed.",
     "La entrada {0} cierra la época {1} donde debe cerrarse la época {2}."},
    {Say::epoch_open, "epoch_open", "Epoch {0} was not closed yet when this was made.",
     "La época {0} aún no estaba cerrada cuando se hizo esto."},
    {Say::closed_late, "closed_late",
     "{0} epochs from {1} to {2} were closed late: the gateway did not run.",
     "{0} épocas de {1} a {2} se cerraron tarde: la pasarela no funcionaba."},
    {Say::range_missing, "range_missing",
     "The range of all leaf hashes from {0} to {1} is missing.",
     "Falta el rango de todos los resúmenes de {0} a {1}."},
    {Say::range_not_in_tree, "range_not_in_tree",
     "The range from {0} to {1} is not what the head covers.",
     "El rango de {0} a {1} no es lo que cubre la cabeza."},
    {Say::range_other_record, "range_other_record",
     "Entry {0} is not the one at its place in the range.",
     "La entrada {0} no es la que ocupa su lugar en el rango."},
    {Say::tile_missing, "tile_missing", "{0} is missing or has a wrong size.",
     "{0} falta o tiene un tamaño incorrecto."},
    {Say::tile_differs, "tile_differs", "{0} does not follow from the entries.",
     "{0} no se sigue de las entradas."},
    {Say::root_differs, "root_differs", "The entries do not give the root that was signed.",
     "Las entradas no dan la raíz firmada."},
    {Say::counter_hole, "counter_hole",
     "{0}: the entry before entry {1} is {2}, and it is not given.",
     "{0}: la entrada anterior a la entrada {1} es la {2}, y no se entrega."},
    {Say::counter_number, "counter_number", "{0}: entry {1} has a number that does not follow.",
     "{0}: la entrada {1} tiene un número que no es el siguiente."},
    {Say::records_miscounted, "records_miscounted",
     "The manifest counts {0} entries of the subject, {1} are given.",
     "El manifiesto cuenta {0} entradas del objeto, se entregan {1}."},
    {Say::day_malformed, "day_malformed",
     "The day index of entry {0} has not the form it must have: {1}.",
     "El índice diario de la entrada {0} no tiene la forma debida: {1}."},
    {Say::day_missing, "day_missing",
     "No day index covers entry {0}, so nothing proves that the answer is complete.",
     "Ningún índice diario cubre la entrada {0}; nada prueba que la respuesta esté completa."},
    {Say::day_proof_missing, "day_proof_missing",
     "Proofs from the day index of entry {0} are missing.",
     "Faltan pruebas del índice diario de la entrada {0}."},
    {Say::day_differs, "day_differs",
     "{0}: the day index of entry {1} counts other entries than the {2} given.",
     "{0}: el índice diario de la entrada {1} cuenta otras entradas que las {2} entregadas."},
    {Say::day_index_wrong, "day_index_wrong",
     "The day index of entry {0} does not follow from the entries.",
     "El índice diario de la entrada {0} no se sigue de las entradas."},
    {Say::end_open, "end_open", "{0}: the entry behind the window is missing, so its end is open.",
     "{0}: falta la entrada posterior a la ventana; su final queda abierto."},
    {Say::payload_other, "payload_other", "{0} is not what the record commits to.",
     "{0} no es lo que la entrada compromete."},
    {Say::payload_unexpected, "payload_unexpected", "{0} belongs to no record that has it.",
     "{0} no pertenece a ninguna entrada que lo tenga."},
    {Say::payload_erased, "payload_erased",
     "The personal data of entry {0} was erased by rule: {1}.",
     "Los datos personales de la entrada {0} se borraron por regla: {1}."},
    {Say::erasure_without_entry, "erasure_without_entry",
     "The personal data of entry {0} is said to be erased, and no entry of the log says so.",
     "Se dice que los datos personales de la entrada {0} se borraron, y ninguna entrada del "
     "registro lo dice."},
    {Say::payload_missing, "payload_missing", "The personal data of entry {0} is missing.",
     "Faltan los datos personales de la entrada {0}."},
    {Say::payloads_withheld, "payloads_withheld",
     "The personal data of {0} entries is withheld from this reader.",
     "Los datos personales de {0} entradas no se muestran a este lector."},
    {Say::payloads_not_given, "payloads_not_given",
     "The personal data of {0} entries is not in this copy.",
     "Los datos personales de {0} entradas no están en esta copia."},
    {Say::picture_other, "picture_other", "{0} is not the picture it is named after.",
     "{0} no es la imagen cuyo nombre lleva."},
    {Say::picture_missing, "picture_missing", "A picture of entry {0} is missing: {1}.",
     "Falta una imagen de la entrada {0}: {1}."},
    {Say::picture_of_nothing, "picture_of_nothing", "No record names the picture {0}.",
     "Ninguna entrada nombra la imagen {0}."},
    {Say::table_differs, "table_differs", "{0} is not what the records give.",
     "{0} no es lo que dan las entradas."},
    {Say::held_unreadable, "held_unreadable", "{0} is no checkpoint: {1}.",
     "{0} no es un punto de control: {1}."},
    {Say::held_of_other, "held_of_other", "{0} is not a signed checkpoint of this log.",
     "{0} no es un punto de control firmado de este registro."},
    {Say::held_rollback, "held_rollback",
     "{0} shows that the log once had {1} entries: some were removed.",
     "{0} muestra que el registro tuvo {1} entradas: se quitaron algunas."},
    {Say::held_agrees, "held_agrees", "{0}, of size {1}, lies on this log.",
     "{0}, de tamaño {1}, está en este registro."},
    {Say::held_contradicts, "held_contradicts",
     "{0}, of size {1}, is of another history than this log.",
     "{0}, de tamaño {1}, es de otra historia que este registro."},
    {Say::held_unlinked, "held_unlinked", "Nothing here links {0}, of size {1}, to this log.",
     "Nada de lo que hay aquí enlaza {0}, de tamaño {1}, con este registro."},
    {Say::commissioned_differs, "commissioned_differs",
     "The log does not begin with the {0} entries on the sheet.",
     "El registro no comienza con las {0} entradas de la hoja."},
    {Say::cosignature_wrong, "cosignature_wrong",
     "The cosignature of {0} on the checkpoint of size {1} does not hold.",
     "La cofirma de {0} en el punto de control de tamaño {1} no es válida."},
    {Say::quorum_missing, "quorum_missing",
     "{0} of the {1} witnesses needed have seen this history.",
     "{0} de los {1} testigos necesarios han visto esta historia."},
    {Say::stamped, "stamped",
     "The checkpoint of size {0} existed at {1}, says a time-stamp authority.",
     "El punto de control de tamaño {0} existía el {1}, según una autoridad de sellado de tiempo."},
    {Say::stamp_wrong, "stamp_wrong", "The time stamp {0} does not hold: {1}.",
     "El sello de tiempo {0} no es válido: {1}."},
    {Say::stamp_stranger, "stamp_stranger",
     "The time stamp {0} is by an authority that the sheet does not name.",
     "El sello de tiempo {0} es de una autoridad que la hoja no nombra."},
    {Say::stamp_missing, "stamp_missing",
     "The sheet names a time-stamp authority, and no stamp of it is here.",
     "La hoja nombra una autoridad de sellado de tiempo, y aquí no hay ningún sello suyo."},
    {Say::nothing_outside, "nothing_outside",
     "No checkpoint from outside the gateway was compared: the epoch keys alone speak for the "
     "past.",
     "No se comparó ningún punto de control externo: solo las claves de época hablan por el "
     "pasado."},
    {Say::all_rules, "all_rules", "Every rule holds.", "Todas las reglas se cumplen."},
    {Say::all_rules_gaps, "all_rules_gaps", "Every rule holds; to be known besides: {0}.",
     "Todas las reglas se cumplen; además, cosas que saber: {0}."},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].what) != i) return false;
    }
    return true;
}
static_assert(in_order(), "the rows stand in the order of the enumeration");

const Row& row(Say what) {
    const auto index = static_cast<std::size_t>(what);
    assert(index < rows.size());
    return rows[index];
}

}  // namespace

std::string_view open_text(Say what, Language language) {
    return language == Language::spanish ? row(what).spanish : row(what).english;
}

std::string_view word(Say what) {
    return row(what).word;
}

std::string text(const Sentence& sentence, Language language) {
    std::string result;
    auto rest = open_text(sentence.what, language);
    // Places are one digit in braces; what fills them may hold anything and is not looked at again.
    while (!rest.empty()) {
        const auto open = rest.find('{');
        result += rest.substr(0, open);
        if (open == std::string_view::npos) break;
        const auto place = static_cast<std::size_t>(rest[open + 1] - '0');
        assert(place < sentence.places.size());
        result += sentence.places[place];
        rest.remove_prefix(open + 3);
    }
    return result;
}

}  // namespace sealwarden::verify
