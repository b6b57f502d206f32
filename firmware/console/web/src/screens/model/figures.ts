// The figures of ISA-18.2 and EEMUA 191 against their targets (firmware/core/response/RESPONSE.md).

export interface AlarmFigures {
  since_ts: number;
  until_ts: number;
  total: number;
  per_hour: number;
  per_10_min: number;
  per_day: number;
  periods: number;
  periods_over_ten: number;
  periods_over_ten_percent: number;
  peak_10_min: number;
  floods: number;
  flood_percent: number;
  alarms: number;
  top: { alarm: string; times: number }[];
  top_percent: number;
  chattering: string[];
  fleeting: Record<string, number>;
  stale: string[];
  worst_stale_day: number;
  high: number;
  medium: number;
  low: number;
  acknowledged: number;
  median_acknowledge_ms: number | null;
  shelved: number;
  out_of_service: number;
  suppressed: number;
  unauthorised: string[];
  present: {
    flood: boolean;
    in_last_ten_minutes: number;
    chattering: string[];
    stale: string[];
    shelved: string[];
    suppressed: string[];
    out_of_service: string[];
  };
}

export type Verdict = 'good' | 'watch' | 'over' | 'thin';

export interface FigureLine {
  id: string;
  value: number;
  unit: '' | 'percent';
  target: number;
  limit: number; // beyond it is over; between target and limit it is to be watched
  verdict: Verdict;
}

const days = 86_400_000;

// Targets hold for thirty days and more: a shorter period shows the figure and no verdict but "over".
export function linesOf(figures: AlarmFigures): FigureLine[] {
  const thin = figures.until_ts - figures.since_ts < 30 * days;
  const line = (id: string, value: number, target: number, limit: number, unit: FigureLine['unit'] = ''): FigureLine => {
    let verdict: Verdict = value <= target ? 'good' : value <= limit ? 'watch' : 'over';
    if (thin && verdict === 'good') verdict = 'thin';
    return { id, value, unit, target, limit, verdict };
  };
  return [
    line('per_hour', figures.per_hour, 6, 12),
    line('per_10_min', figures.per_10_min, 1, 2),
    line('per_day', figures.per_day, 150, 300),
    line('periods_over_ten', figures.periods_over_ten_percent, 1, 1, 'percent'),
    line('peak', figures.peak_10_min, 10, 10),
    line('flood', figures.flood_percent, 1, 1, 'percent'),
    line('top', figures.top_percent, 5, 5, 'percent'),
    line('chattering', figures.chattering.length, 0, 0),
    line('fleeting', Object.keys(figures.fleeting).length, 0, 0),
    line('stale', figures.worst_stale_day, 4, 4),
    line('unauthorised', figures.unauthorised.length, 0, 0),
  ];
}

export interface Share {
  priority: 'high' | 'medium' | 'low';
  count: number;
  percent: number;
  target: number;
}

export function shares(figures: AlarmFigures): Share[] {
  const total = figures.high + figures.medium + figures.low;
  const share = (priority: Share['priority'], count: number, target: number): Share => ({
    priority,
    count,
    target,
    percent: total === 0 ? 0 : (count / total) * 100,
  });
  return [share('high', figures.high, 5), share('medium', figures.medium, 15), share('low', figures.low, 80)];
}

export interface Series {
  x: number[]; // seconds since 1970, the beginning of each period
  y: number[];
}

// How many annunciated in each period; periods of silence are zeros, not holes.
export function counts(momentsMs: readonly number[], sinceMs: number, untilMs: number, stepMs: number): Series {
  const from = Math.floor(sinceMs / stepMs) * stepMs;
  const length = Math.max(1, Math.ceil((untilMs - from) / stepMs));
  const y = new Array<number>(length).fill(0);
  for (const at of momentsMs) {
    if (at < sinceMs || at >= untilMs) continue;
    const place = Math.floor((at - from) / stepMs);
    y[place] = (y[place] ?? 0) + 1;
  }
  return { x: y.map((_, index) => (from + index * stepMs) / 1000), y };
}

// Ten minutes for a day, an hour for a week, a day for months: at most about 200 bars.
export function stepFor(sinceMs: number, untilMs: number): number {
  const span = untilMs - sinceMs;
  if (span <= 1.5 * days) return 600_000;
  if (span <= 9 * days) return 3_600_000;
  return days;
}
