import type { ITaskMetadata } from 'n8n-workflow';
import type { PollResult } from '../jobs/polling';
import { enumerate } from '../output/report';

/** How many IDs an attribute contains. */
const MAX_IDS = 10;

/**
 * What one run of the node did, as attributes of n8n's OpenTelemetry span (n8n 2.22). n8n adds them to
 * the span with a license, and stores them with the execution in any case (2.41.1).
 */
export class Trace {
	private readonly uuids = new Set<string>();
	private reused = 0;
	private waitedMs = 0;
	private lagMs = 0;

	/** @param isReused - whether an earlier attempt or execution submitted the video */
	addVideo(uuid: string, isReused: boolean): void {
		this.uuids.add(uuid);
		if (isReused) this.reused++;
	}

	addWait({ waitedMs, lagMs = 0 }: PollResult): void {
		this.waitedMs = Math.max(this.waitedMs, waitedMs);
		this.lagMs = Math.max(this.lagMs, lagMs);
	}

	/** @returns undefined if no video was involved */
	attributes(polls: number): ITaskMetadata['tracing'] {
		const { uuids, reused, waitedMs, lagMs } = this;
		if (uuids.size === 0) return undefined;
		return {
			'veo.uuid': enumerate([...uuids], MAX_IDS),
			'veo.videos': uuids.size,
			'veo.reused': reused,
			'veo.polls': polls,
			'veo.waited_seconds': waitedMs / 1000,
			'veo.lag_seconds': lagMs / 1000,
		};
	}
}
