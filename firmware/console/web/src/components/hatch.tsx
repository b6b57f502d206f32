// The hatch of what nobody watched, for a picture in SVG: `fill="url(#id)"`.
export function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="7" height="7" class="hatch-ground" />
        <line x1="0" x2="0" y1="0" y2="7" class="hatch-line" />
      </pattern>
    </defs>
  );
}
