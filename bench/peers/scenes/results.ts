import type { Figures } from './figures';
import type { LooksFigures } from './looks';
import type { OverheadFigures } from './overhead';

/** All that one run of the benchmark found out. */
export interface Results {
	/** This node first. */
	contestants: Figures[];
	looks: LooksFigures[];
	overhead: OverheadFigures;
	/** Where it was measured. */
	machine: { cores: number; memoryGB: number; node: string; n8n: string };
	/** ISO 8601, the day. */
	date: string;
	/** How many times as fast as the world's the clock ran where it did. */
	timeFactor: number;
	/** A reduced run. */
	quick: boolean;
}

/** The figures of this node and those of the others. */
export function oursAndTheirs({ contestants: [ours, ...theirs] }: Results) {
	if (!ours) throw new Error('Nothing was measured');
	return { ours, theirs };
}
