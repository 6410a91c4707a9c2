import { once } from 'node:events';
import {
	createServer,
	type IncomingHttpHeaders,
	type Server,
	type ServerResponse,
} from 'node:http';
import { listen } from '../../../scripts/lib/ports';
import { useVeoEngine } from '../../harness/setup';
import type { VeoEngine } from '../../harness/veoEngine';
import { KEY, type HostileResponse } from './hostile';

export interface ReceivedRequest {
	/** As in the request line, not decoded. */
	path: string;
	headers: IncomingHttpHeaders;
}

/** A local server that sends the configured response and records its requests. */
export class HostileServer {
	requests: ReceivedRequest[] = [];
	/** Null closes the connection. */
	response: HostileResponse | null = null;

	private constructor(
		private readonly server: Server,
		readonly origin: string,
	) {}

	static async start(): Promise<HostileServer> {
		const server = createServer();
		const hostile = new HostileServer(server, await listen(server));
		server.on('request', (request, response) => {
			hostile.requests.push({ path: request.url ?? '', headers: request.headers });
			// the whole body is received first: otherwise the client gets a broken pipe
			request.resume().once('end', () => hostile.respond(response));
		});
		return hostile;
	}

	private respond(response: ServerResponse): void {
		if (this.response === null) return void response.destroy();
		const { status, headers, text } = this.response;
		response.writeHead(status, headers).end(text);
	}

	/** Requests that contain the key in their path or a header. */
	get requestsWithKey(): ReceivedRequest[] {
		return this.requests.filter(({ path, headers }) =>
			decodeURIComponent(JSON.stringify([path, headers])).includes(KEY),
		);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}
}

/** The hosts that a node can reach: the API, the video host, and one that it must not trust. */
export class Hosts {
	private constructor(
		readonly api: HostileServer,
		readonly media: HostileServer,
		readonly evil: HostileServer,
	) {}

	static async start(): Promise<Hosts> {
		const start = async () => await HostileServer.start();
		return new Hosts(await start(), await start(), await start());
	}

	/** Clears the recorded requests and sets the next responses; null closes the connection. */
	prepare(apiResponse: HostileResponse | null, videoResponse: HostileResponse | null): void {
		for (const host of this.all) host.requests = [];
		this.api.response = apiResponse && this.withLocalHosts(apiResponse);
		// the video host never receives the key, so it cannot echo it
		this.media.response = videoResponse && this.withLocalHosts(videoResponse, 'none');
		this.evil.response = { status: 200, headers: { 'content-type': 'video/mp4' }, text: 'evil' };
	}

	async close(): Promise<void> {
		await Promise.all(this.all.map(async (host) => await host.close()));
	}

	/** Replaces the host names in a response with those of the local servers, and the key. */
	private withLocalHosts(response: HostileResponse, key = KEY): HostileResponse {
		const replaced = (text: string) =>
			text
				.replaceAll('https://media.test', this.media.origin)
				.replaceAll('http://evil.test', this.evil.origin)
				.replaceAll(KEY, key);
		const headers = Object.entries(response.headers).map(([name, value]) => [
			name,
			replaced(value),
		]);
		return { ...response, headers: Object.fromEntries(headers), text: replaced(response.text) };
	}

	private get all(): HostileServer[] {
		return [this.api, this.media, this.evil];
	}
}

/** n8n's engine and the hosts, for all tests of a file. */
export function useHosts(): { readonly engine: VeoEngine; readonly hosts: Hosts } {
	let hosts: Hosts | undefined;
	beforeAll(async () => void (hosts = await Hosts.start()));
	afterAll(async () => await hosts?.close());
	const veo = useVeoEngine();
	return {
		get engine() {
			return veo.engine;
		},
		get hosts() {
			if (!hosts) throw new Error('The hosts have not started');
			return hosts;
		},
	};
}
