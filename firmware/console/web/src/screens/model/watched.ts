// When what was watched: gaps of points, as the coverage route gives them.

export interface Gap {
  from_ts: number;
  to_ts: number | null;
  why: string;
  index?: number;
}

export interface PointCoverage {
  point: string;
  subjects: { k: string; v: string }[];
  gaps: Gap[];
  ratio: number;
}

export interface Bar {
  fromMs: number;
  toMs: number;
  why: string;
  left: number; // percent of the period
  width: number;
  open: boolean; // it lasts
}

// Gaps cut to the period, in order; those that touch and have one cause are one.
export function bars(point: PointCoverage, sinceMs: number, untilMs: number): Bar[] {
  const span = Math.max(1, untilMs - sinceMs);
  const cut = point.gaps
    .map((gap) => ({
      fromMs: Math.max(gap.from_ts, sinceMs),
      toMs: Math.min(gap.to_ts ?? untilMs, untilMs),
      why: gap.why,
      open: gap.to_ts === null,
    }))
    .filter((gap) => gap.toMs > gap.fromMs || (gap.open && gap.toMs === gap.fromMs))
    .sort((a, b) => a.fromMs - b.fromMs);
  const merged: typeof cut = [];
  for (const gap of cut) {
    const last = merged.at(-1);
    if (last && last.why === gap.why && gap.fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, gap.toMs);
      last.open ||= gap.open;
    } else {
      merged.push({ ...gap });
    }
  }
  return merged.map((gap) => ({
    ...gap,
    left: ((gap.fromMs - sinceMs) / span) * 100,
    width: Math.max(0.3, ((gap.toMs - gap.fromMs) / span) * 100),
  }));
}

export interface Cause {
  why: string;
  times: number;
  totalMs: number;
  points: number;
}

// What cost most watched time comes first. Time that several points lost at once is lost once: a day has no 23 days off.
export function causes(points: readonly PointCoverage[], sinceMs: number, untilMs: number): Cause[] {
  const gaps = points.flatMap((point) => point.gaps.map((gap) => ({ ...gap, point: point.point })));
  const found = [...new Set(gaps.map((gap) => gap.why))].map((why): Cause => {
    const of = gaps.filter((gap) => gap.why === why && gap.from_ts < untilMs && (gap.to_ts ?? untilMs) >= sinceMs);
    const lost = bars({ point: '', subjects: [], ratio: 0, gaps: of }, sinceMs, untilMs);
    const totalMs = lost.reduce((sum, bar) => sum + bar.toMs - bar.fromMs, 0);
    return { why, times: lost.length, totalMs, points: new Set(of.map((gap) => gap.point)).size };
  });
  return found.filter((cause) => cause.times > 0).sort((a, b) => b.totalMs - a.totalMs || a.why.localeCompare(b.why));
}

// Of a thing with several points the worst tells.
export function worst(points: readonly PointCoverage[]): number {
  return points.reduce((least, point) => Math.min(least, point.ratio), 1);
}

// "99.98 %" must not become "100 %" while anything is missing.
export function percent(ratio: number): string {
  if (ratio >= 1) return '100';
  return (Math.floor(ratio * 100_000) / 1000).toFixed(ratio >= 0.9995 ? 3 : 1);
}

export interface SharedGap extends Gap {
  key: string;
  points: string[];
  subjects: { k: string; v: string }[];
}

// Gaps of several points that have one beginning, end and cause, newest first.
export function together(points: readonly PointCoverage[], sinceMs: number, untilMs: number): SharedGap[] {
  const found = new Map<string, SharedGap>();
  for (const point of points) {
    for (const gap of point.gaps) {
      if (gap.from_ts >= untilMs || (gap.to_ts ?? untilMs) < sinceMs) continue;
      const key = `${gap.from_ts} ${gap.to_ts} ${gap.why} ${gap.index}`;
      const shared = found.get(key) ?? { ...gap, key, points: [], subjects: [] };
      shared.points.push(point.point);
      for (const subject of point.subjects) {
        if (!shared.subjects.some((one) => one.k === subject.k && one.v === subject.v)) shared.subjects.push(subject);
      }
      found.set(key, shared);
    }
  }
  return [...found.values()].sort((a, b) => b.from_ts - a.from_ts);
}
