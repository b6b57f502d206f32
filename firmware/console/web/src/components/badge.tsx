// Priority or "unknown", by shape, digit and word at once: square 1, triangle 2, round 3, hatched "?".
// `hollow`: acknowledged. The word is left out only where it stands beside the badge anyway.
import { word } from '../text.ts';
import type { Priority } from '../types.ts';

export type Mark = Priority | 'unknown';
const digits: Record<Mark, string> = { high: '1', medium: '2', low: '3', unknown: '?' };

function Shape({ mark }: { mark: Mark }) {
  switch (mark) {
    case 'high':
      return <rect class="shape-high" x="2" y="2" width="28" height="28" stroke-width="2.5" />;
    case 'medium':
      return <path class="shape-medium" d="M16 1.500L31 29.500H1z" stroke-width="2.5" stroke-linejoin="round" />;
    case 'low':
      return <circle class="shape-low" cx="16" cy="16" r="14" stroke-width="2.5" />;
    case 'unknown':
      return (
        <>
          <rect class="shape-unknown" x="2" y="2" width="28" height="28" stroke-width="2.5" stroke-dasharray="5 3" />
          <path class="hatch-unknown" d="M3 12L12 3M3 21L21 3M3 29L29 3M12 29L29 12M21 29L29 21" stroke-width="1.5" />
        </>
      );
  }
}

export function Badge({ mark, hollow = false, big = false, bare = false }: { mark: Mark; hollow?: boolean; big?: boolean; bare?: boolean }) {
  return (
    <span class={`badge ${hollow ? 'hollow' : ''} ${big ? 'big' : ''}`}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <Shape mark={mark} />
        <text class={`ink-${mark}`} x="16" y={mark === 'medium' ? 26 : 22.5} font-size={mark === 'medium' ? 17 : 20}>
          {digits[mark]}
        </text>
      </svg>
      <span class={bare ? 'hidden' : ''}>{word(mark)}</span>
    </span>
  );
}
