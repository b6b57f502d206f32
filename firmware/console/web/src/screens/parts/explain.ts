// The half sentence behind an entry's sentence: how, why, with what.
import { alarmWhat } from '../../names.ts';
import { hasText, text as say, textOf } from '../../text.ts';
import { flag, list, number, personal, text, type Entry } from '../model/record.ts';

const word = (value: string): string => textOf(`ui.word.${value}`, textOf(`state.${value}`, value.replaceAll('_', ' ')));

export function explain(entry: Entry): string {
  const parts: string[] = [];
  const what = text(entry, 'what');
  if (what) parts.push(textOf(`ui.deviation.${what}`, textOf(`ui.finding.${what}`, hasText(`alarm.${what}`) ? alarmWhat(what) : word(what))));
  if (entry.kind === 'access.denied') parts.push(word(text(entry, 'reason')));
  if (entry.kind === 'command.refused') parts.push([text(entry, 'command'), text(entry, 'message') || text(entry, 'reason')].filter(Boolean).join(': '));
  if (['custody.checked', 'custody.verified', 'custody.mismatch', 'custody.affixed'].includes(entry.kind))
    parts.push(flag(entry, 'complete') ? say('ui.vvtt.complete') : say('ui.vvtt.incomplete'));
  if (entry.kind.startsWith('custody.') && text(entry, 'document') && text(entry, 'state') === 'mismatch')
    parts.push(say('ui.vvtt.against', { document: list(entry, 'document').join(', ') }));
  // A visit's record carries the authority from then on; only the cut itself was by it.
  if (text(entry, 'authority') && ['visit.cut', 'custody.removed', 'custody.broken', 'alarm.out_of_service'].includes(entry.kind)) parts.push(say('ui.by_authority', { authority: text(entry, 'authority') }));
  if (flag(entry, 'between_polls')) parts.push(say('ui.between_polls'));
  if (flag(entry, 'learnt')) parts.push(say('ui.learnt'));
  const gap = number(entry, 'gap_s');
  if (gap !== null && entry.kind === 'visit.sealed') parts.push(say('ui.gap_after_close', { seconds: gap }));
  if (entry.kind === 'case.notified' && text(entry, 'notified')) parts.push(list(entry, 'notified').join(', '));
  for (const field of ['note', 'reason', 'result', 'told', 'name']) {
    const kept = personal(entry, field);
    if (kept) parts.push(`“${kept}”`);
  }
  for (const mark of ['test', 'drill', 'maintenance']) if (flag(entry, mark)) parts.push(word(mark));
  return parts.filter(Boolean).join(' · ');
}
