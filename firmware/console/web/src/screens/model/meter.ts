// The completeness meter: what a bundle about this subject and period will hold, and what it lacks.

export interface Measure {
  what: string; // "checks", "pictures", …
  of: number;
  complete: number;
  lacking: { id: string; index: number | null; why: string }[];
}

export interface Meter {
  share: number; // of all that could be there, 0..1
  lacking: Measure[];
  whole: Measure[];
}

// A preview without anything to measure is complete: there was nothing.
export function meterOf(measures: readonly Measure[]): Meter {
  const counted = measures.filter((one) => one.of > 0);
  const of = counted.reduce((sum, one) => sum + one.of, 0);
  const complete = counted.reduce((sum, one) => sum + Math.min(one.complete, one.of), 0);
  return {
    share: of === 0 ? 1 : complete / of,
    lacking: counted.filter((one) => one.complete < one.of),
    whole: counted.filter((one) => one.complete >= one.of),
  };
}

export function shortHash(hash: string): string {
  return hash.replace(/(.{8})(?=.)/g, '$1 ');
}

export function sizeText(bytes: number, locale: string): string {
  const format = (value: number, unit: string) =>
    `${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
  if (bytes < 1024) return format(bytes, 'B');
  if (bytes < 1024 * 1024) return format(bytes / 1024, 'KiB');
  return format(bytes / 1024 / 1024, 'MiB');
}
