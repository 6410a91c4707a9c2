import type { Clock } from '../retry/clock';

const INTERVAL_MS = 60_000;

/** Limits a node's log to one line a minute for each topic: strangers can cause any number. */
export class LogLimiter {
	private readonly topics = new Map<string, { sinceMs: number; suppressed: number }>();

	constructor(private readonly clock: Clock) {}

	/**
	 * @param topic - one of a fixed set
	 * @param text - the line
	 * @returns the line, with the number of those that were suppressed before it; undefined if it is
	 *   suppressed
	 */
	line(topic: string, text: string): string | undefined {
		const nowMs = this.clock.now();
		const last = this.topics.get(topic);
		if (last && Math.abs(nowMs - last.sinceMs) < INTERVAL_MS) {
			last.suppressed++;
			return undefined;
		}
		this.topics.set(topic, { sinceMs: nowMs, suppressed: 0 });
		const count = last?.suppressed ?? 0;
		return count === 0 ? text : `${text} (${count} similar messages were suppressed)`;
	}
}
