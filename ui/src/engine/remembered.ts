/**
 * Keeps what was computed from a value, up to a total weight; what was used least
 * lately goes first.
 */
export class Remembered<K, V> {
  readonly #entries = new Map<K, { readonly value: V; readonly weight: number }>();
  readonly #weightMax: number;
  readonly #letGo: ((value: V) => void) | undefined;
  #weight = 0;

  /** `letGo` hears what is kept no longer. */
  constructor(weightMax: number, letGo?: (value: V) => void) {
    this.#weightMax = weightMax;
    this.#letGo = letGo;
  }

  get weight(): number {
    return this.#weight;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps `value`. One that is heavier than everything may be is not kept. */
  set(key: K, value: V, weight: number): void {
    this.delete(key);
    if (weight > this.#weightMax) return this.#letGo?.(value);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#weightMax) break;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    this.#letGo?.(entry.value);
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }
}
