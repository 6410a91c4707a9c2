import type { IDataObject } from 'n8n-workflow';

/** How many events a node remembers; n8n rewrites the static data for each. */
export const MAX_REMEMBERED = 500;

/** The field in the node's static data. Part of saved workflows: must not change. */
const FIELD = 'processedEvents';

/** The keys of the events that each node has processed since n8n started; the latest last. */
const recentKeysByNode = new Map<string, string[]>();

/**
 * The events for which a trigger node has started its workflow, for deduplication. The static data
 * survives a restart. It is not sufficient: every webhook request gets its own copy, read when the
 * request came, so of simultaneous requests only one would leave its key (n8n 2.41.1).
 */
export class ProcessedEvents {
	/**
	 * @param nodeKey - unique for each node of each workflow
	 * @param staticData - the node's, from getWorkflowStaticData('node')
	 */
	constructor(
		private readonly nodeKey: string,
		private readonly staticData: IDataObject,
	) {}

	has(eventKey: string): boolean {
		return this.all().includes(eventKey);
	}

	add(eventKey: string): void {
		const keys = [...this.all(), eventKey].slice(-MAX_REMEMBERED);
		recentKeysByNode.set(this.nodeKey, keys);
		this.staticData[FIELD] = [...keys];
	}

	private all(): string[] {
		const stored = this.staticData[FIELD];
		const keys = Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : [];
		return [...new Set([...keys, ...(recentKeysByNode.get(this.nodeKey) ?? [])])];
	}
}
