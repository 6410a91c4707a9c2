import { setTimeout as sleep } from 'node:timers/promises';

import { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios';

import type { Sandbox } from '../../../sandbox/client';
import { apiClient } from '../../harness/sandbox';

/** A response of the API. The tests make no assumptions about `data`. */
export interface Envelope {
	code: number;
	msg: string;
	data: Record<string, unknown>;
}

/** A client of a sandbox with another key. */
export const clientFor = (sandbox: Sandbox, key: string | null): AxiosInstance =>
	apiClient(sandbox.baseUrl, key);

export const GENERATE = '/generate-video';
export const UPLOAD = '/upload-video-image';
export const statusPath = (uuid: string) => `/video-status/${uuid}`;

export const textToVideo = (fields: Record<string, unknown> = {}) => ({
	generationType: 'text_to_video',
	prompt: 'A lighthouse at dawn',
	...fields,
});

/** Submits a job and returns its uuid. */
export async function submit(api: AxiosInstance, fields: Record<string, unknown> = {}) {
	const { data } = await api.post<Envelope>(GENERATE, textToVideo(fields));
	expect(data).toMatchObject({ code: 0, data: { uuid: expect.any(String) } });
	return String(data.data.uuid);
}

/** Polls a job until `isDone`. Returns all samples. The time limit of the test applies. */
export async function pollUntil(
	api: AxiosInstance,
	uuid: string,
	isDone: (data: Record<string, unknown>) => boolean,
	intervalMs = 20,
): Promise<Array<Record<string, unknown>>> {
	const samples: Array<Record<string, unknown>> = [];
	for (;;) {
		const { data } = (await api.get<Envelope>(statusPath(uuid))).data;
		samples.push(data);
		if (isDone(data)) return samples;
		await sleep(intervalMs);
	}
}

export const isFinished = ({ status }: Record<string, unknown>) =>
	status === 'completed' || status === 'failed';

/** The code of the network error of a request, such as ECONNRESET. */
export async function networkErrorOf(request: Promise<AxiosResponse>): Promise<string> {
	try {
		const { status } = await request;
		return `no network error: HTTP ${status}`;
	} catch (error) {
		return isAxiosError(error) ? (error.code ?? error.message) : String(error);
	}
}
