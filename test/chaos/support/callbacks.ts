import type { Callback } from '../../../nodes/Veo/jobs/callbackWait';
import type { ChaosApi } from './chaosApi';
import type { CallbackScenario } from './scenario';

/** When the API repeats a callback that n8n rejected, milliseconds after the end of the video. */
const ATTEMPTS_MS = [0, 1_000, 3_000, 7_000, 15_000];

/** A callback that arrives at a time of VirtualClock.now(). */
export interface TimedCallback extends Callback {
	atMs: number;
}

/** The callbacks to the URL of a durable wait. n8n accepts them only while it is suspended. */
export class Callbacks {
	/** The accepted ones. */
	private readonly accepted = new Set<string>();

	/** @param startMs - when the execution started */
	constructor(
		private readonly scenario: CallbackScenario,
		private readonly api: ChaosApi,
		private readonly startMs: number,
	) {}

	/** The first callback from a time on; undefined if there is none. */
	next(fromMs: number): TimedCallback | undefined {
		const all = [...this.trueCallbacks(), ...this.lies()];
		const due = all.filter(({ key, atMs }) => atMs >= fromMs && !this.accepted.has(key));
		const [first] = due.sort((a, b) => a.atMs - b.atMs);
		if (!first) return undefined;
		const { atMs, key, text } = first;
		const namesVideo = this.api.jobs.some(({ uuid }) => text.includes(uuid.toLowerCase()));
		this.pending = key;
		return { atMs, text, namesVideo };
	}

	/** Accepts the latest result of next(). */
	accept(): void {
		this.accepted.add(this.pending);
	}

	private pending = '';

	/** A job of an earlier run has the URL of that run. */
	private trueCallbacks() {
		const { attempts, areNamed } = this.scenario;
		const jobs = this.api.jobs.filter(({ attempt }) => attempt === this.api.attempt);
		return jobs.flatMap(({ uuid, endMs }) =>
			ATTEMPTS_MS.slice(0, attempts).map((delayMs) => ({
				atMs: endMs + delayMs,
				...{ key: uuid, text: areNamed ? JSON.stringify({ uuid }).toLowerCase() : '{}' },
			})),
		);
	}

	private lies() {
		return this.scenario.lies.map(({ atMs, item }, index) => {
			const job = this.api.jobs.findLast((candidate) => candidate.item === item);
			const text = job ? JSON.stringify(job).toLowerCase() : '{}';
			return { atMs: this.startMs + atMs, key: `lie ${index}`, text };
		});
	}
}
