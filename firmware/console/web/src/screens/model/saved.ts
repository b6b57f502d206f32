// Searches that this browser keeps, newest first.
export interface Saved {
  name: string;
  tail: string; // what stands behind the question mark
}

const longest = 20;

export function savedFrom(text: string | null): Saved[] {
  if (text === null) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    return parsed
      .filter((one): one is Saved => typeof one?.name === 'string' && typeof one?.tail === 'string')
      .slice(0, longest);
  } catch {
    return [];
  }
}

// One name is one search: saving again replaces it.
export function withSaved(list: readonly Saved[], one: Saved): Saved[] {
  return [one, ...list.filter((other) => other.name !== one.name)].slice(0, longest);
}

export function without(list: readonly Saved[], name: string): Saved[] {
  return list.filter((other) => other.name !== name);
}
