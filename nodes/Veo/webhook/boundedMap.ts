/** A map that keeps the entries used last. */
export class BoundedMap<V> {
	private readonly entries = new Map<string, V>();

	constructor(private readonly maxEntries: number) {}

	get(key: string): V | undefined {
		const value = this.entries.get(key);
		if (value !== undefined) this.set(key, value);
		return value;
	}

	/** Removes the entry that has not been used for the longest time if there are too many. */
	set(key: string, value: V): void {
		// a Map iterates in the order of insertion
		this.entries.delete(key);
		this.entries.set(key, value);
		if (this.entries.size <= this.maxEntries) return;
		for (const oldest of this.entries.keys()) {
			this.entries.delete(oldest);
			return;
		}
	}

	getOrCreate(key: string, create: () => V): V {
		const existing = this.get(key);
		if (existing !== undefined) return existing;
		const created = create();
		this.set(key, created);
		return created;
	}
}
