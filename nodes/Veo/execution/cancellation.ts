/** Created once: without a reason, each abort would create an error with its stack trace. */
const CANCELED = new Error('canceled');

/** Cancels all work of one execution: what is in flight, and what would be started. */
export class Cancellation {
	/** One per item: Node.js warns of a leak if more than ten listeners share one signal. */
	private readonly controllers = new Map<number, AbortController>();
	private canceled = false;

	/** A signal that is aborted on cancellation. */
	signal(itemIndex: number): AbortSignal {
		const controller = this.controllers.get(itemIndex) ?? new AbortController();
		this.controllers.set(itemIndex, controller);
		if (this.canceled) controller.abort(CANCELED);
		return controller.signal;
	}

	cancel(): void {
		this.canceled = true;
		for (const controller of this.controllers.values()) controller.abort(CANCELED);
	}

	get isCanceled(): boolean {
		return this.canceled;
	}
}
