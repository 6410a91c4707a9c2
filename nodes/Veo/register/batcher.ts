/** Runs one batch at a time. What is added meanwhile becomes the next batch. */
export class Batcher<T, R> {
	private queue: T[] = [];
	private next: Promise<R> | undefined;
	private last: Promise<unknown> = Promise.resolve();

	constructor(private readonly run: (inputs: readonly T[]) => Promise<R>) {}

	/** @returns the result of the batch that contains the inputs */
	async add(...inputs: readonly T[]): Promise<R> {
		this.queue.push(...inputs);
		if (!this.next) {
			this.next = this.last.then(async () => {
				const { queue } = this;
				this.queue = [];
				this.next = undefined;
				return await this.run(queue);
			});
			this.last = this.next.catch(() => {});
		}
		return await this.next;
	}
}
