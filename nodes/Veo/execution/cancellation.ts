/** Stops all work of one run: what is under way, and what would be begun. */
export class Stops {
	/** One for each item: Node warns of a leak where more than ten listen to one signal. */
	private readonly controllers = new Map<number, AbortController>();
	private stopped = false;

	/** Aborted once the run is stopped. */
	signal(itemIndex: number): AbortSignal {
		const controller = this.controllers.get(itemIndex) ?? new AbortController();
		this.controllers.set(itemIndex, controller);
		if (this.stopped) controller.abort();
		return controller.signal;
	}

	stop(): void {
		this.stopped = true;
		for (const controller of this.controllers.values()) controller.abort();
	}

	get isStopped(): boolean {
		return this.stopped;
	}
}
