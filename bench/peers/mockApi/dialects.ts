/** A job as a dialect returns it. */
export interface JobState {
	id: string;
	done: boolean;
	estimate: { progress?: number; estimatedTime?: number };
	videoUrl: string;
}

/** The routes and response bodies of one API. */
export interface Dialect {
	submitUrl: string;
	/** With the job's ID as `:id`, or in a query parameter. */
	pollUrl: string;
	submitted(job: JobState): object;
	status(job: JobState): object;
	rejection: { status: number; body: object };
	/** What a node requests once the job has completed. */
	result?: { url: string; body(job: JobState): object | string };
}

const MESSAGE = 'The prompt is not allowed';

/** The API of this project's node (POST /generate-video, GET /video-status/{uuid}). */
const veo: Dialect = {
	submitUrl: '/generate-video',
	pollUrl: '/video-status/:id',
	submitted: ({ id }) => ({ code: 0, msg: 'success', data: { uuid: id, status: 'pending' } }),
	status: ({ id, done, estimate, videoUrl }) => ({
		code: 0,
		msg: 'success',
		data: {
			uuid: id,
			status: done ? 'completed' : 'processing',
			...(done && { videoUrl }),
			...estimate,
		},
	}),
	rejection: { status: 400, body: { code: 1000, msg: MESSAGE, data: {} } },
};

const operation = ({ id, done, videoUrl }: JobState) => ({
	name: `models/veo/operations/${id}`,
	done,
	...(done && {
		response: { generateVideoResponse: { generatedSamples: [{ video: { uri: videoUrl } }] } },
	}),
});

/** Google's Gemini API, long-running operations of the Veo models. */
const gemini: Dialect = {
	submitUrl: '/v1beta/models/:model',
	pollUrl: '/v1beta/models/veo/operations/:id',
	submitted: operation,
	status: operation,
	rejection: { status: 400, body: { error: { code: 400, message: MESSAGE } } },
};

const soraVideo = ({ id, done }: JobState) => ({
	id,
	object: 'video',
	status: done ? 'completed' : 'in_progress',
	error: null,
});

/** OpenAI's videos API (Sora). */
const sora: Dialect = {
	submitUrl: '/videos',
	pollUrl: '/videos/:id',
	submitted: soraVideo,
	status: soraVideo,
	rejection: { status: 400, body: { error: { message: MESSAGE } } },
	result: { url: '/videos/:id/content', body: () => 'a video' },
};

const base_resp = { status_code: 0, status_msg: 'success' };

/** MiniMax's first video API, for its Hailuo models. */
const minimax: Dialect = {
	submitUrl: '/v1/video_generation',
	pollUrl: '/v1/query/video_generation',
	submitted: ({ id }) => ({ task_id: id, base_resp }),
	status: ({ id, done }) => ({
		task_id: id,
		status: done ? 'Success' : 'Processing',
		...(done && { file_id: id }),
		base_resp,
	}),
	rejection: { status: 200, body: { base_resp: { status_code: 1026, status_msg: MESSAGE } } },
	result: {
		url: '/v1/files/retrieve',
		body: ({ videoUrl }) => ({ file: { download_url: videoUrl }, base_resp }),
	},
};

export const DIALECTS = { veo, gemini, sora, minimax };
export type DialectName = keyof typeof DIALECTS;
