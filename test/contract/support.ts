import { setTimeout as sleep } from 'node:timers/promises';

import axios, { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios';

import type { Sandbox } from '../../sandbox/client';

// Each sandbox is a process of its own, which takes a while to start on a busy machine.
jest.setTimeout(30_000);

/** The API's envelope as a test sees it: nothing about `data` is taken for granted. */
export interface Envelope {
	code: number;
	msg: string;
	data: Record<string, unknown>;
}

/** An axios that speaks to a Veo API and judges no status by itself. */
export const apiAt = (baseURL: string, key: string | null): AxiosInstance =>
	axios.create({
		baseURL,
		headers: key === null ? {} : { authorization: `Bearer ${key}` },
		validateStatus: () => true,
		maxRedirects: 0,
		maxBodyLength: Infinity,
		...(new URL(baseURL).hostname === '127.0.0.1' ? { proxy: false } : {}),
	});

export const apiOf = (sandbox: Sandbox, key: string | null = sandbox.key): AxiosInstance =>
	apiAt(sandbox.baseUrl, key);

export const GENERATE = '/generate-video';
export const UPLOAD = '/upload-video-image';
export const statusOf = (uuid: string) => `/video-status/${uuid}`;

export const textToVideo = (more: Record<string, unknown> = {}) => ({
	generationType: 'text_to_video',
	prompt: 'A lighthouse at dawn',
	...more,
});

/** Submits a job and returns its uuid. */
export async function submit(api: AxiosInstance, more: Record<string, unknown> = {}) {
	const { data } = await api.post<Envelope>(GENERATE, textToVideo(more));
	expect(data).toMatchObject({ code: 0, data: { uuid: expect.any(String) } });
	return String(data.data.uuid);
}

/** Looks until `done` says so, `everyMs` apart; the test's own time limit ends it otherwise. */
export async function lookUntil(
	api: AxiosInstance,
	uuid: string,
	done: (data: Record<string, unknown>) => boolean,
	everyMs = 20,
): Promise<Array<Record<string, unknown>>> {
	const looks: Array<Record<string, unknown>> = [];
	for (;;) {
		const { data } = (await api.get<Envelope>(statusOf(uuid))).data;
		looks.push(data);
		if (done(data)) return looks;
		await sleep(everyMs);
	}
}

export const hasEnded = ({ status }: Record<string, unknown>) =>
	status === 'completed' || status === 'failed';

/** Waits until something has come true, for what the other side does in its own time. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
	while (!(await check())) await sleep(10);
}

/** A form with one file. */
export function formWith(bytes: Uint8Array, fileName = 'frame.png', type = 'image/png'): FormData {
	const form = new FormData();
	form.append('file', new Blob([bytes], { type }), fileName);
	return form;
}

/** A multipart body written by hand, for forms that FormData cannot make. */
export function multipart(disposition: string, content: string | Buffer, type?: string) {
	const head = [`--veo`, `Content-Disposition: form-data; ${disposition}`];
	if (type !== undefined) head.push(`Content-Type: ${type}`);
	const body = Buffer.concat([
		Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
		Buffer.from(content),
		Buffer.from('\r\n--veo--\r\n'),
	]);
	return { body, config: { headers: { 'content-type': 'multipart/form-data; boundary=veo' } } };
}

/** The smallest real pictures: 16 by 16 points of teal. */
export const IMAGES = {
	'image/png': Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAACXBIWXMAAAABAAAAAQBPJcTWAAAAFUlEQVR4nGNgqKsnDY1qGNUwfDUAAAK9/QGeD6RhAAAAAElFTkSuQmCC',
		'base64',
	),
	'image/jpeg': Buffer.from(
		'/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYGBgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABMAAEBAAAAAAAAAAAAAAAAAAAABgEBAQAAAAAAAAAAAAAAAAAABQcQAQAAAAAAAAAAAAAAAAAAAAARAQAAAAAAAAAAAAAAAAAAAAD/wAARCAAQABADASIAAhEAAxEA/9oADAMBAAIRAxEAPwCZALJ+/9k=',
		'base64',
	),
	'image/webp': Buffer.from(
		'UklGRjgAAABXRUJQVlA4ICwAAACQAQCdASoQABAAAgA0JaACdLoAA5gA/u8pR8TxdvIb/6MP/xpH/GkfDmAAAA==',
		'base64',
	),
} as const;

/** The code of the error that a call ends with, such as ECONNRESET. */
export async function failureOf(call: Promise<AxiosResponse>): Promise<string> {
	try {
		const { status } = await call;
		return `no failure: HTTP ${status}`;
	} catch (error) {
		return isAxiosError(error) ? (error.code ?? error.message) : String(error);
	}
}
