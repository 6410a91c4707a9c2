import type { Sight } from './stage';

/** How an API words what it does; addresses are relative to the run's own base URL. */
export interface Dialect {
	submitUrl: string;
	/** With the job's id as `:id`. */
	pollUrl: string;
	accepted(job: Sight): object;
	/** The answer to a look. */
	standing(job: Sight): object;
	refused: { status: number; body: object };
	/** What is fetched once a job is done, and what it gives. */
	after?: { url: string; body(job: Sight): object | string };
}

const veoJob = ({ id, done, estimate, videoUrl }: Sight) => ({
	code: 0,
	msg: 'success',
	data: {
		uuid: id,
		status: done ? 'completed' : 'processing',
		...(done && { videoUrl }),
		...estimate,
	},
});

/** The API of this project's node (POST /generate-video, GET /video-status/{uuid}). */
const veo: Dialect = {
	submitUrl: '/generate-video',
	pollUrl: '/video-status/:id',
	accepted: ({ id }) => ({ code: 0, msg: 'success', data: { uuid: id, status: 'pending' } }),
	standing: veoJob,
	refused: { status: 400, body: { code: 1000, msg: 'The prompt is not allowed', data: {} } },
};

const operation = ({ id, done, videoUrl }: Sight) => ({
	name: `models/veo/operations/${id}`,
	done,
	...(done && {
		response: { generateVideoResponse: { generatedSamples: [{ video: { uri: videoUrl } }] } },
	}),
});

/** Google's Gemini API, long-running operations of the Veo models. */
const gemini: Dialect = {
	submitUrl: '/v1beta/models/:call',
	pollUrl: '/v1beta/models/veo/operations/:id',
	accepted: operation,
	standing: operation,
	refused: { status: 400, body: { error: { code: 400, message: 'The prompt is not allowed' } } },
};

const soraVideo = ({ id, done }: Sight) => ({
	id,
	object: 'video',
	status: done ? 'completed' : 'in_progress',
	error: null,
});

/** OpenAI's videos API (Sora). */
const sora: Dialect = {
	submitUrl: '/videos',
	pollUrl: '/videos/:id',
	accepted: soraVideo,
	standing: soraVideo,
	refused: { status: 400, body: { error: { message: 'The prompt is not allowed' } } },
	after: { url: '/videos/:id/content', body: () => 'a video' },
};

const fine = { status_code: 0, status_msg: 'success' };

/** MiniMax's first video API, that of its Hailuo models. */
const minimax: Dialect = {
	submitUrl: '/v1/video_generation',
	pollUrl: '/v1/query/video_generation',
	accepted: ({ id }) => ({ task_id: id, base_resp: fine }),
	standing: ({ id, done }) => ({
		task_id: id,
		status: done ? 'Success' : 'Processing',
		...(done && { file_id: id }),
		base_resp: fine,
	}),
	refused: {
		status: 200,
		body: { base_resp: { status_code: 1026, status_msg: 'The prompt is not allowed' } },
	},
	after: {
		url: '/v1/files/retrieve',
		body: ({ videoUrl }) => ({ file: { download_url: videoUrl }, base_resp: fine }),
	},
};

export const DIALECTS = { veo, gemini, sora, minimax };
export type DialectName = keyof typeof DIALECTS;
