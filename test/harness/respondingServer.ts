import { createServer, type RequestListener } from 'node:http';
import { listen } from '../../scripts/lib/ports';

/** A server on a real socket that responds as a test defines, and counts its requests. */
export class RespondingServer {
	requests = 0;
	origin = '';
	private listener: RequestListener = (_, response) => response.end();
	protected readonly server = createServer((request, response) => {
		this.requests++;
		this.listener(request, response);
	});

	async start(): Promise<void> {
		this.origin = await listen(this.server);
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	respond(listener: RequestListener): void {
		this.listener = listener;
		this.requests = 0;
	}
}
