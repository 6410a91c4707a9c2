import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INode, INodeExecutionData, INodeType } from 'n8n-workflow';
import { Engine, type ExecutionOptions, type ExecutionResult } from './engine';
import { initialize, loadN8n } from './n8n';
import { aVeoNode } from './nodes';

const ROOT = join(__dirname, '..', '..');

/** The n8n of the development dependencies, unless resolver.cjs selects another. */
const n8n = loadN8n(require);

export type VeoCredential = { apiKey: string; baseUrl: string };

/** One execution of the Veo node. Only the parameters and the credential have no default. */
export interface VeoExecution extends ExecutionOptions {
	parameters: INode['parameters'];
	credential: VeoCredential;
	/** Settings of the node other than its parameters, such as onError or retryOnFail. */
	settings?: Partial<INode>;
}

/** n8n's real engine with the nodes of this package, as built. */
export class VeoEngine extends Engine {
	private constructor(
		credentialTypes: ICredentialType[],
		private readonly veoType: INodeType,
		readonly triggerType: INodeType,
	) {
		super(n8n, credentialTypes);
	}

	static async start(): Promise<VeoEngine> {
		await initialize(n8n);
		const loader = new n8n.core.PackageDirectoryLoader(ROOT);
		await loader.loadAll();
		const [veo, trigger] = [loader.nodeTypes.veo?.type, loader.nodeTypes.veoTrigger?.type];
		if (!veo || !('execute' in veo)) throw new Error('The built package has no node veo');
		if (!trigger || !('webhook' in trigger)) throw new Error('It has no node veoTrigger');
		const credentialTypes = Object.values(loader.credentialTypes).map(({ type }) => type);
		return new VeoEngine(credentialTypes, veo, trigger);
	}

	get description(): INodeType['description'] {
		return this.veoType.description;
	}

	/** Executes the Veo node. */
	async run(execution: VeoExecution): Promise<ExecutionResult> {
		const { parameters, credential, settings, ...options } = execution;
		const node = aVeoNode({ parameters, ...settings });
		return await this.execute(this.veoType, node, { veoApi: credential }, options);
	}

	/** Stores a file as n8n does: in its binary data storage or in memory. */
	async binary(
		content: Buffer,
		{ fileName = 'image.jpg', mimeType = 'image/jpeg' } = {},
	): Promise<INodeExecutionData['binary']> {
		const data = await this.binaryData.store(
			{ type: 'execution', workflowId: 'harness', executionId: '1' },
			content,
			{ data: '', mimeType, fileName },
		);
		return { data };
	}

	/** The content of a file that a node returned. */
	async bytesOf(item: INodeExecutionData | undefined, property = 'data'): Promise<Buffer> {
		const binary = item?.binary?.[property];
		if (!binary) throw new Error(`The item has no binary '${property}'`);
		return await this.binaryData.getAsBuffer(binary);
	}

	get binaryData() {
		return n8n.di.Container.get(n8n.core.BinaryDataService);
	}

	/** Removes n8n's files. */
	close(): void {
		rmSync(n8n.userFolder, { recursive: true, force: true });
	}
}
