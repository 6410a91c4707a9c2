import type { IDataObject } from 'n8n-workflow';

/** How many videos a node remembers; the static data is written anew for each. */
export const MOST_REMEMBERED = 500;

const FIELD = 'told';

/** What each node has told since n8n was started, by node; the latest last. */
const toldSinceStart = new Map<string, string[]>();

/**
 * What a trigger node has told its workflow, so that nothing is told twice. The static data is what
 * survives a restart. It is not enough by itself: every call gets a copy of its own, read when the
 * call came, so that of calls at the same time only one would leave its mark (n8n 2.41.1).
 */
export class Memory {
	/**
	 * @param nodeKey - one for each node of each workflow
	 * @param staticData - the node's, as getWorkflowStaticData('node') gives it
	 */
	constructor(
		private readonly nodeKey: string,
		private readonly staticData: IDataObject,
	) {}

	has(mark: string): boolean {
		return this.all().includes(mark);
	}

	add(mark: string): void {
		const told = [...this.all(), mark].slice(-MOST_REMEMBERED);
		toldSinceStart.set(this.nodeKey, told);
		this.staticData[FIELD] = [...told];
	}

	private all(): string[] {
		const stored = this.staticData[FIELD];
		const marks = Array.isArray(stored) ? stored.filter((mark) => typeof mark === 'string') : [];
		return [...new Set([...marks, ...(toldSinceStart.get(this.nodeKey) ?? [])])];
	}
}
