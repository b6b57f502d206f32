// The lanes of one subject, as the door's screen draws them.
export function SubjectTimeline(_: { subject: { k: string; v: string }; sinceMs: number; untilMs: number }) {
  return null;
}
