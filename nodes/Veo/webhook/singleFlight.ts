/** Suppresses duplicate calls: while one with the same key is in flight, others share its result. */
export class SingleFlight<T> {
	private readonly inFlight = new Map<string, Promise<T>>();

	/** @returns the result for the key, and whether this call did the work */
	async run(key: string, work: () => Promise<T>): Promise<{ result: T; isLeader: boolean }> {
		const existing = this.inFlight.get(key);
		if (existing) return { result: await existing, isLeader: false };
		const started = work().finally(() => this.inFlight.delete(key));
		this.inFlight.set(key, started);
		return { result: await started, isLeader: true };
	}
}
