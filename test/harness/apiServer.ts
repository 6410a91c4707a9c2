import type { Socket } from 'node:net';
import type { INodeType } from 'n8n-workflow';
import type { Send } from '../../nodes/Veo/api/http';
import { createSend } from '../../nodes/Veo/transport/send';
import { aVeoNode } from './nodes';
import { RespondingServer } from './respondingServer';
import type { VeoEngine } from './veoEngine';

/** An API on a real socket. */
export class ApiServer extends RespondingServer {
	private readonly sockets = new Set<Socket>();
	private closed: () => void = () => {};

	override async start(): Promise<void> {
		this.server.on('connection', (socket) => {
			this.sockets.add(socket);
			socket.once('close', () => {
				this.sockets.delete(socket);
				if (this.sockets.size === 0) this.closed();
			});
		});
		await super.start();
	}

	/** Resolves as soon as no connection is open. */
	async connectionsClosed(): Promise<void> {
		if (this.sockets.size > 0) await new Promise<void>((resolve) => (this.closed = resolve));
	}
}

/** Calls an API through the HTTP client of the real engine, within an execution. */
export async function callInEngine<T>(
	engine: VeoEngine,
	{ origin }: ApiServer,
	call: (send: Send) => Promise<T>,
	whenRunning?: (cancel: () => void) => void,
): Promise<T> {
	let result: { value: T } | undefined;
	const credential = { apiKey: 'key', baseUrl: origin };
	const caller: INodeType = {
		description: { ...engine.description, properties: [] },
		async execute() {
			result = { value: await call(createSend(this, credential)) };
			return [[]];
		},
	};
	const { error } = await engine.execute(
		caller,
		aVeoNode(),
		{ veoApi: credential },
		{ whenRunning },
	);
	if (!result) throw error ?? new Error('The node was not executed');
	return result.value;
}
