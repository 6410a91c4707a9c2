import type { Clock } from '../retry/clock';

/** How long an input waits for others. Videos that were submitted together are often ready together. */
const COLLECT_MS = 25;

/** Runs one batch at a time. What is added meanwhile becomes the next batch. */
export class Batcher<T, R> {
	private queue: T[] = [];
	private next: Promise<R> | undefined;
	private last: Promise<unknown> = Promise.resolve();
	private stopCollecting = () => {};

	constructor(
		private readonly clock: Clock,
		private readonly run: (inputs: readonly T[]) => Promise<R>,
	) {}

	/** @returns the result of the batch that contains the inputs */
	async add(...inputs: readonly T[]): Promise<R> {
		this.queue.push(...inputs);
		if (!this.next) {
			const complete = new Promise<void>((resolve) => (this.stopCollecting = resolve));
			const collected = Promise.race([this.clock.sleep(COLLECT_MS), complete]);
			this.next = Promise.all([this.last, collected]).then(async () => {
				const { queue } = this;
				this.queue = [];
				this.next = undefined;
				return await this.run(queue);
			});
			this.last = this.next.catch(() => {});
		}
		return await this.next;
	}

	/** Nothing else is going to be added, so the next batch need not wait for it. */
	complete(): void {
		this.stopCollecting();
	}
}
