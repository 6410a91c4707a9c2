/** Work that several want at the same time is done once, and they share how it ended. */
export class SharedWork<T> {
	private readonly underWay = new Map<string, Promise<T>>();

	/** @returns how the work of that key ended, and whether it was this call that did it */
	async run(key: string, work: () => Promise<T>): Promise<{ result: T; first: boolean }> {
		const earlier = this.underWay.get(key);
		if (earlier) return { result: await earlier, first: false };
		const running = work().finally(() => this.underWay.delete(key));
		this.underWay.set(key, running);
		return { result: await running, first: true };
	}
}
