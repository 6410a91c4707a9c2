import type { measureInRealTime } from './scenarios/realTime';
import type { measureOverhead } from './scenarios/overhead';
import type { measurePolling } from './scenarios/polling';
import type { measureSameWork } from './scenarios/sameWork';

type ResultOf<Measure extends (...values: never[]) => unknown> = Awaited<ReturnType<Measure>>;

/** The figures of one subject. Times are seconds of the job's clock. */
export type Figures = ResultOf<typeof measureSameWork> & ResultOf<typeof measureInRealTime>;
export type PollingFigures = ResultOf<typeof measurePolling>[number];

export interface Results {
	/** This node first. */
	subjects: Figures[];
	polling: PollingFigures[];
	overhead: ResultOf<typeof measureOverhead>;
	machine: { cores: number; memoryGB: number; node: string; n8n: string };
	/** ISO 8601 date. */
	date: string;
	/** Speed of the fast clock relative to real time. */
	timeFactor: number;
}

export function ourFigures({ subjects: [ours] }: Results): Figures {
	if (!ours) throw new Error('Nothing was measured');
	return ours;
}
