// The completeness meter: what a bundle about this subject and period will hold, and what it lacks.

export interface PreviewItem {
  what: string; // "vvtt_photo_missing"
  have: number;
  of: number;
  entries?: number[];
}

export interface Meter {
  complete: number; // share of all that could be there, 0..1
  lacking: PreviewItem[];
  whole: PreviewItem[];
}

// A preview without anything to check is complete: there was nothing.
export function meterOf(items: readonly PreviewItem[]): Meter {
  const counted = items.filter((item) => item.of > 0);
  const of = counted.reduce((sum, item) => sum + item.of, 0);
  const have = counted.reduce((sum, item) => sum + Math.min(item.have, item.of), 0);
  return {
    complete: of === 0 ? 1 : have / of,
    lacking: counted.filter((item) => item.have < item.of),
    whole: counted.filter((item) => item.have >= item.of),
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
