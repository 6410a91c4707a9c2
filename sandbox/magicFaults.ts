import type { Endpoint, Fault } from './faultContract';
import { magicPromptsIn } from './magicPrompts';

/** The faults of magic prompts. It counts the requests that they have affected. */
export class MagicFaults {
	private readonly uses = new Map<string, number>();

	/**
	 * The fault for a request that concerns a video.
	 * @param uuid - of the video. undefined: a submission, which has none.
	 */
	take(endpoint: Endpoint, prompt: string, uuid: string | undefined): Fault | null {
		for (const { word, faults = [] } of magicPromptsIn(prompt)) {
			const match = faults.find((candidate) => candidate.endpoint === endpoint);
			if (match === undefined) continue;
			const { fault, times = Infinity } = match;
			const key = JSON.stringify([word, endpoint, uuid ?? prompt]);
			const use = this.uses.get(key) ?? 0;
			// the same prompt can be submitted again later, so its faults start again after a success
			const isLast = uuid === undefined && use >= times;
			this.uses.set(key, isLast ? 0 : use + 1);
			if (use < times) return fault;
		}
		return null;
	}

	clear(): void {
		this.uses.clear();
	}
}
