import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { listen } from '../../scripts/lib/ports';

/** How long the node may take to close its connections after its end. */
const CLOSE_MS = 2_000;
const MB = 1024 * 1024;
const MP4 = Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex');

export type Hostility = 'endless' | 'dripping' | 'compressed';

/** An API and video host that sends responses without an end, or decompression bombs. */
export class HostileServer {
	private readonly sockets = new Set<Socket>();
	private readonly bomb = gzipSync(Buffer.concat([MP4, Buffer.alloc(500 * MB)]));
	private readonly server = createServer(({ url = '' }, response) => {
		const [, target, hostility] = url.split('/');
		if (target === 'download' && url.includes('video-status')) {
			const videoUrl = `${this.origin}/file/${hostility}`;
			response.end(JSON.stringify({ code: 0, data: { status: 'completed', videoUrl } }));
		} else this.respond(response, hostility);
	});
	origin = '';

	async start(): Promise<void> {
		this.server.on('connection', (socket) => {
			this.sockets.add(socket);
			socket.once('close', () => this.sockets.delete(socket));
		});
		this.origin = await listen(this.server);
	}

	/** The connections that are open after CLOSE_MS. */
	async openConnections(): Promise<number> {
		await pause(CLOSE_MS);
		return this.sockets.size;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	private respond(response: ServerResponse, hostility: string | undefined): void {
		if (hostility === 'compressed') {
			response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': this.bomb.length });
			response.end(this.bomb);
			return;
		}
		response.write(MP4);
		if (hostility === 'dripping') {
			const timer = setInterval(() => response.write(' '), 20);
			response.on('close', () => clearInterval(timer));
			return;
		}
		const piece = Buffer.alloc(MB, ' ');
		const more = () => {
			while (!response.destroyed && response.write(piece));
		};
		response.on('drain', more);
		more();
	}
}
