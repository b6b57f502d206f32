// The inspection lists of CTPAT 5.3, as firmware/core/dock/inspection.cpp has them; a test holds the
// two against each other.

export interface Point {
  en: string;
  es: string;
}

export interface InspectionList {
  id: string;
  points: Point[];
}

const container: Point[] = [
  { en: 'Front wall', es: 'Pared frontal' },
  { en: 'Left side', es: 'Lado izquierdo' },
  { en: 'Right side', es: 'Lado derecho' },
  { en: 'Floor', es: 'Piso' },
  { en: 'Ceiling and roof', es: 'Techo interior y exterior' },
  {
    en: 'Inside and outside doors, lock mechanisms',
    es: 'Puertas por dentro y por fuera, mecanismos de cierre',
  },
  { en: 'Outside and undercarriage', es: 'Exterior y chasis' },
];

const tractorAndTrailer: Point[] = [
  { en: 'Tractor: bumper, tires, rims', es: 'Tractor: defensa, llantas, rines' },
  {
    en: 'Tractor: doors, tool compartments, locks',
    es: 'Tractor: puertas, compartimentos de herramienta, cerraduras',
  },
  { en: 'Tractor: battery box', es: 'Tractor: caja de baterías' },
  { en: 'Tractor: air breather', es: 'Tractor: filtro de aire' },
  { en: 'Tractor: fuel tanks', es: 'Tractor: tanques de combustible' },
  { en: 'Tractor: cab and sleeper interior', es: 'Tractor: interior de cabina y camarote' },
  { en: 'Tractor: fairing and roof', es: 'Tractor: deflector y techo' },
  {
    en: 'Trailer: fifth-wheel area, skid plate',
    es: 'Remolque: zona de la quinta rueda, placa de deslizamiento',
  },
  { en: 'Trailer: exterior front and sides', es: 'Remolque: frente y costados exteriores' },
  { en: 'Trailer: rear bumper and doors', es: 'Remolque: defensa trasera y puertas' },
  { en: 'Trailer: front wall', es: 'Remolque: pared frontal' },
  { en: 'Trailer: left side', es: 'Remolque: lado izquierdo' },
  { en: 'Trailer: right side', es: 'Remolque: lado derecho' },
  { en: 'Trailer: floor', es: 'Remolque: piso' },
  { en: 'Trailer: ceiling and roof', es: 'Remolque: techo interior y exterior' },
  {
    en: 'Trailer: inside and outside doors, locks',
    es: 'Remolque: puertas por dentro y por fuera, cerraduras',
  },
  { en: 'Trailer: outside and undercarriage', es: 'Remolque: exterior y chasis' },
];

export const inspectionLists: InspectionList[] = [
  { id: 'container-7', points: container },
  { id: 'reefer-8', points: [...container, { en: 'Fan housing', es: 'Caja del ventilador' }] },
  { id: 'tractor-trailer-17', points: tractorAndTrailer },
];

export function inspectionList(id: string): InspectionList | undefined {
  return inspectionLists.find((one) => one.id === id);
}

export type PointResult = 'good' | 'failed' | 'skipped';

export interface PointState {
  number: number;
  point: Point;
  result: PointResult | null; // null: the record does not speak of it
}

// What a record says of each point: numbers with commas.
export function pointStates(listId: string, areas: string[], failed: string[], skipped: string[]): PointState[] {
  const known = inspectionList(listId);
  if (!known) return [];
  return known.points.map((point, index) => {
    const number = String(index + 1);
    let result: PointResult | null = null;
    if (areas.includes(number)) result = 'good';
    if (failed.includes(number)) result = 'failed';
    if (skipped.includes(number)) result = 'skipped';
    return { number: index + 1, point, result };
  });
}

// A form's answers as the act takes them; points without an answer yet are named.
export function inspectionArguments(
  listId: string,
  answers: ReadonlyMap<number, PointResult>,
): {
  failed: string;
  skipped: string;
  unanswered: number[];
} {
  const count = inspectionList(listId)?.points.length ?? 0;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const those = (result: PointResult) => numbers.filter((number) => answers.get(number) === result).join(',');
  return {
    failed: those('failed'),
    skipped: those('skipped'),
    unanswered: numbers.filter((number) => !answers.has(number)),
  };
}
