// The lanes of one subject over the time that is asked for, beside the entries; zooming asks for another time.
import { useState } from 'preact/hooks';
import { useGet } from '../../api.ts';
import { Button, Loaded } from '../../components/index.ts';
import { ask } from '../../router.ts';
import { text } from '../../text.ts';
import type { Timeline } from '../../timeline/model.ts';
import { TimelinePicture, TimelineTable, useWidth, ZoomButtons } from '../../timeline/timeline.tsx';
import type { Subject } from '../../types.ts';

const shortest = 10_000;
const longest = 31 * 24 * 3600_000;

export function SubjectTimeline({ subject, title, sinceMs, untilMs }: { subject: Subject; title: string; sinceMs: number; untilMs: number }) {
  const [asTable, setAsTable] = useState(false);
  const { box, width } = useWidth();
  const answer = useGet<Timeline>(width === null ? null : '/timeline', { subject: `${subject.k}:${subject.v}`, since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString(), width: width ?? 0 });
  const range = (from: number, to: number): void => ask({ since: new Date(from).toISOString(), until: new Date(to).toISOString() });
  const zoom = (factor: number, around = (sinceMs + untilMs) / 2): void => {
    const length = Math.min(Math.max((untilMs - sinceMs) * factor, shortest), longest);
    const part = (around - sinceMs) / (untilMs - sinceMs);
    range(around - part * length, around + (1 - part) * length);
  };
  return (
    <div class="card stack part">
      <div class="row no-print">
        <ZoomButtons onZoom={zoom} onMove={(part) => range(sinceMs + part * (untilMs - sinceMs), untilMs + part * (untilMs - sinceMs))} />
        <Button icon={asTable ? 'chart' : 'list'} onClick={() => setAsTable(!asTable)}>
          {text(asTable ? 'ui.timeline.as_picture' : 'ui.timeline.as_table')}
        </Button>
      </div>
      <div ref={box}>
        <Loaded answer={answer}>
          {(timeline) => (asTable ? <TimelineTable timeline={timeline} /> : <TimelinePicture timeline={timeline} title={title} onZoom={zoom} />)}
        </Loaded>
      </div>
    </div>
  );
}
