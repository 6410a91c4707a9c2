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
import { KEY, type HostileAnswer } from './hostile';

export interface Seen {
	/** As the request line has it, undecoded. */
	path: string;
	headers: IncomingHttpHeaders;
}

/** A server of this machine that answers as it is told, and notes what it was asked. */
export class HostileServer {
	seen: Seen[] = [];
	/** null: the connection is cut. */
	answer: HostileAnswer | null = null;

	private constructor(
		private readonly server: Server,
		readonly origin: string,
	) {}

	static async start(): Promise<HostileServer> {
		const server = createServer();
		const hostile = new HostileServer(server, await listen(server));
		server.on('request', (request, response) => {
			hostile.seen.push({ path: request.url ?? '', headers: request.headers });
			// whatever is sent is received first, or the sender would see a broken pipe
			request.resume().once('end', () => hostile.reply(response));
		});
		return hostile;
	}

	private reply(response: ServerResponse): void {
		if (this.answer === null) return void response.destroy();
		const { status, headers, text } = this.answer;
		response.writeHead(status, headers).end(text);
	}

	/** Requests that had the key with them, in whatever header. */
	get signed(): Seen[] {
		return this.seen.filter(({ path, headers }) =>
			decodeURIComponent(JSON.stringify([path, headers])).includes(KEY),
		);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}
}

/** The three hosts that a node may meet: the API's, the videos' and one that is nobody's affair. */
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

	/** Puts this machine's hosts into an answer in place of those that are made up. */
	local(answer: HostileAnswer): HostileAnswer {
		const localised = (text: string) =>
			text
				.replaceAll('https://media.test', this.media.origin)
				.replaceAll('http://evil.test', this.evil.origin);
		const headers = Object.entries(answer.headers).map(([name, value]) => [name, localised(value)]);
		return { ...answer, headers: Object.fromEntries(headers), text: localised(answer.text) };
	}

	/** The same for the videos' host, which does not know the key and cannot echo it. */
	localWithoutKey(answer: HostileAnswer): HostileAnswer {
		const without = ([name, value]: [string, string]) => [name, value.replaceAll(KEY, 'none')];
		const headers = Object.fromEntries(Object.entries(answer.headers).map(without));
		return this.local({ ...answer, headers, text: answer.text.replaceAll(KEY, 'none') });
	}

	forget(): void {
		for (const host of this.all) host.seen = [];
	}

	async close(): Promise<void> {
		await Promise.all(this.all.map(async (host) => await host.close()));
	}

	private get all(): HostileServer[] {
		return [this.api, this.media, this.evil];
	}
}

/** The hosts and n8n's real engine, for all tests of a file. */
export function useHosts(): { readonly hosts: Hosts; readonly engine: VeoEngine } {
	let hosts: Hosts | undefined;
	beforeAll(async () => void (hosts = await Hosts.start()));
	afterAll(async () => await hosts?.close());
	const veo = useVeoEngine();
	return {
		get hosts() {
			if (!hosts) throw new Error('The hosts have not started');
			return hosts;
		},
		get engine() {
			return veo.engine;
		},
	};
}
