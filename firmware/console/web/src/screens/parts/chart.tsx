// Bars over time by uPlot, in a chunk of their own. Drawn in the page's colours; a table or caption beside it
// says the same.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { locale } from '../../text.ts';
import { timeZone } from '../../time.ts';
import type { Series } from '../model/figures.ts';

export default function Chart({ series, stepMs, label }: { series: Series; stepMs: number; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const colour = (name: string): string => getComputedStyle(element).getPropertyValue(name).trim();
    const draw = (): uPlot => {
      const axis = { stroke: colour('--text-2'), grid: { stroke: colour('--line-soft'), width: 1 }, ticks: { stroke: colour('--line-soft') }, font: `13px ${colour('--font')}` };
      const format = new Intl.DateTimeFormat(locale(), { timeZone: timeZone.value, ...(stepMs >= 86_400_000 ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }) });
      return new uPlot({
        width: element.clientWidth,
        height: 220,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: true, range: (_, min, max) => [min, max + stepMs / 1000] }, y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] } },
        axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => format.format(tick * 1000)) }, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }],
        series: [{}, { fill: colour('--text-2'), stroke: colour('--text-2'), width: 0, paths: uPlot.paths.bars!({ size: [0.8, 40], align: 1 }), points: { show: false } }],
      }, [series.x, series.y], element);
    };
    let chart = draw();
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 220 }));
    resized.observe(element);
    // The theme changes colours that a canvas has already drawn.
    const themed = new MutationObserver(() => {
      chart.destroy();
      chart = draw();
    });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      chart.destroy();
    };
  }, [series.x.length, series.x[0], stepMs]);
  return <div class="chart" ref={place} role="img" aria-label={label} />;
}
