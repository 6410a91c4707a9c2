import type { FastifyReply } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';

import type { Envelope } from './envelope';
import type { Fault } from './faultContract';

/** The body of a response before it is sent: text, bytes, a stream, or nothing. */
export type Payload = unknown;

/** Closes the connection with a TCP reset, like a crashed server or a dropped route. */
export function resetConnection(reply: FastifyReply): void {
	reply.raw.socket?.resetAndDestroy();
}

/** Length of the original body in bytes. */
function lengthOf(reply: FastifyReply, payload: Payload): number {
	if (typeof payload === 'string' || Buffer.isBuffer(payload)) return Buffer.byteLength(payload);
	return Number(reply.getHeader('content-length') ?? 0);
}

async function* chunksOf(payload: Payload): AsyncGenerator<Buffer> {
	if (payload === null || payload === undefined) return;
	if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
		yield Buffer.from(payload);
		return;
	}
	if (!(payload instanceof Readable)) throw new Error('The response has an unsupported body');
	for await (const chunk of payload) yield Buffer.from(chunk);
}

/** Sends the original headers and the first half of the body, then resets the connection. */
export function cutInHalf(reply: FastifyReply, payload: Payload): Readable {
	const length = lengthOf(reply, payload);
	reply.header('content-length', length);
	async function* half() {
		let remaining = Math.floor(length / 2);
		for await (const chunk of chunksOf(payload)) {
			yield chunk.subarray(0, remaining);
			remaining -= Math.min(remaining, chunk.length);
			if (remaining === 0) break;
		}
		// A reset discards the send buffer, so the first half needs time to arrive.
		await sleep(30);
		resetConnection(reply);
	}
	return Readable.from(half(), { objectMode: false });
}

/** Sends the headers immediately and the body in small pieces over `ms` milliseconds. */
export function drip(reply: FastifyReply, payload: Payload, ms: number): Readable {
	const length = lengthOf(reply, payload);
	reply.header('content-length', length);
	// Timers have a resolution of 1 ms: send one byte per tick, or more if that takes too long.
	const pieces = Math.max(1, Math.min(length, ms));
	const size = Math.ceil(length / pieces);
	async function* drops() {
		reply.raw.flushHeaders();
		const start = Date.now();
		let sent = 0;
		for await (const chunk of chunksOf(payload)) {
			for (let at = 0; at < chunk.length; at += size) {
				const piece = chunk.subarray(at, at + size);
				sent += piece.length;
				const due = start + (ms * sent) / length;
				if (due > Date.now()) await sleep(due - Date.now());
				yield piece;
			}
		}
	}
	return Readable.from(drops(), { objectMode: false, highWaterMark: 1 });
}

/** Replaces and removes fields of `data` in an envelope. */
export function patchData(payload: Payload, fault: Extract<Fault, { kind: 'patch' }>): Payload {
	const envelope = parseEnvelope(payload);
	if (envelope === null) return payload;
	const data: Record<string, unknown> = { ...envelope.data, ...fault.data };
	for (const name of fault.remove ?? []) delete data[name];
	return JSON.stringify({ ...envelope, data });
}

/** Parses the envelope in a body. Returns null if there is none. */
export function parseEnvelope(payload: Payload): Envelope | null {
	if (typeof payload !== 'string') return null;
	try {
		const value: unknown = JSON.parse(payload);
		return isEnvelope(value) ? value : null;
	} catch {
		return null;
	}
}

const isEnvelope = (value: unknown): value is Envelope =>
	typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'number';
